import { checkAnswers, periodsToCheck } from './answer-checks.js';
import { contact } from '../../../../libs/oracle/src/contact-steps.fixture.js';
import { DEFAULT_RULES, expectedGroupsOnlineLoad, factsOf } from '#oracle';
import { fakeService, NO_DATA } from '../sending/fake-service.fixture.js';
import { HttpClient } from '../sending/http-client.js';
import { ServiceQueries } from './service-queries.js';

const QUICK = { attempts: 1, firstDelayMs: 1, maxDelayMs: 1 };

describe('the periods that are asked for', () => {
  it('hold everything, and cut exactly at a start and at an end', () => {
    expect(periodsToCheck([4000, 1000, 2000, 3000], [9000, 7000, 8000])).toEqual([
      { start: 0, end: 10_000 },
      { start: 2000, end: 8000 },
    ]);
  });

  it('are none of nothing, and one where a cut would be empty', () => {
    expect(periodsToCheck([], [])).toEqual([]);
    expect(periodsToCheck([5000], [])).toEqual([{ start: 4000, end: 6000 }]);
  });
});

describe('the check of groupsOnlineLoad, at the instant in which a contact is forgotten', () => {
  const now = Date.now();
  const touched = new Date(now - DEFAULT_RULES.contactMaxAgeMs).toISOString();
  const facts = factsOf(contact({}, ['queued', touched]), {}, 's', DEFAULT_RULES);
  const loadAt = (time: number) => expectedGroupsOnlineLoad(facts, ['1'], time, DEFAULT_RULES);

  async function differencesOf(answer: object): Promise<number> {
    const service = await fakeService(({ url }) =>
      url.includes('groupsOnlineLoad')
        ? { status: 200, body: JSON.stringify(answer) }
        : { status: 404, body: NO_DATA },
    );
    const client = new HttpClient({ baseUrl: service.url, connections: 1 });
    const queries = new ServiceQueries(client, service.url, 's', QUICK);
    const checks = await checkAnswers({ queries, facts, rules: DEFAULT_RULES, systemId: 's', until: now });
    client.close();
    await service.close();
    return checks.find(({ method }) => method === 'groupsOnlineLoad')!.differences.length;
  }

  it('takes what was right just before and what is right just after, and nothing else', async () => {
    const [before, after] = [loadAt(now - 1000), loadAt(now + 1000)];
    expect([before[0]!.callNumber, after[0]!.callNumber]).toEqual([1, 0]);
    expect(await differencesOf(before)).toBe(0);
    expect(await differencesOf(after)).toBe(0);
    expect(await differencesOf([{ ...after[0], callNumber: 2 }])).toBe(1);
    expect(await differencesOf([...after, { ...after[0], groupId: 'unknown & group' }])).toBe(1);
  });
});
