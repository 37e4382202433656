import { SeededRandom } from '#oracle';
import { anonymousBytes } from '../support/processes/anonymous-memory.js';
import { generatedRequest, type GeneratedRequest } from '../support/abuse/generated-request.js';
import { rawExchange, statusesOf } from '../support/abuse/raw-exchange.js';
import { metric, request, untilProjected } from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

/** Bodies sent, as single requests and as lines of uploads. `FUZZ_BODIES=1000000` makes the run a long campaign. */
const count = Number(process.env['FUZZ_BODIES'] ?? 50_000);
const seed = process.env['FC_SEED'] ?? String(Math.floor(Math.random() * 2 ** 31));
const MINUTES_FOR_ALL = 1 + count / 10_000;
const UNDER_WAY = 48;
const MIB = 1024 * 1024;

/** The process embeds the engine, hence so much. Its memory must not depend on the number of bodies. */
const MOST_MEMORY_BYTES = 1024 * MIB;
const MEMORY_CHECK_EVERY = 1_000;

/** What was sent, as the sender counts it. */
class Sent {
  readonly identities = new Set<string>();
  readonly accepted = { status: 0, contact: 0, personnel: 0 };
  deadLettered = 0;
  tooLarge = 0;
  refused = 0;

  add({ events, directory }: GeneratedRequest): void {
    for (const { type, fate, identity } of events) {
      if (fate === 'too_large') this.tooLarge++;
      else if (fate === 'dead_lettered') this.deadLettered++;
      else {
        this.accepted[type]++;
        this.identities.add(`${type} ${identity}`);
      }
    }
    if (directory === 'accepted') this.accepted.personnel++;
    if (directory === 'refused') this.refused++;
  }

  get events(): number {
    return this.accepted.status + this.accepted.contact;
  }
}

describe(`abusive bodies of every kind (FUZZ_BODIES=${count}, FC_SEED=${seed})`, () => {
  let service: StandaloneProcess;
  const sent = new Sent();
  const wrong: string[] = [];
  let greatestMemoryBytes = 0;
  let bodies = 0;

  beforeAll(async () => {
    service = await StandaloneProcess.start();
    let next = 0;
    const sender = async () => {
      while (bodies < count && wrong.length < 20) await send(next++);
    };
    await Promise.all(Array.from({ length: UNDER_WAY }, sender));
    if (wrong.length === 0) await untilProjected(service.url, MINUTES_FOR_ALL * 60_000);
  }, MINUTES_FOR_ALL * 120_000);

  afterAll(async () => {
    await service.kill();
    removeTemporaryDirectories();
  });

  async function send(n: number): Promise<void> {
    const one = generatedRequest(new SeededRandom(`${seed}/${n}`));
    sent.add(one);
    bodies += Math.max(1, one.events.length);
    const fault = await (one.bytesNeverSent === undefined ? faultOf(one) : faultOfBrokenOff(one)).catch(
      String,
    );
    if (fault !== undefined) {
      const { made, method, path, headers, body } = one;
      const start = body.subarray(0, 200).toString('latin1');
      wrong.push(`${n}: ${fault}: ${made}; ${method} ${path} ${JSON.stringify({ headers, start })}`);
    }
    if (n % MEMORY_CHECK_EVERY === 0) await lookAtMemory();
  }

  async function faultOf({ path, status, counts, ...rest }: GeneratedRequest): Promise<string | undefined> {
    const answer = await request(`${service.url}${path}`, rest);
    if (answer.status !== status) return `answered ${answer.status} instead of ${status}`;
    if (status === 204) return answer.body.length === 0 ? undefined : 'a 204 with a body';
    const explained = answer.json() as Record<string, unknown>;
    if (status === 200) {
      const { received, accepted, deadLettered } = explained;
      const same = JSON.stringify({ received, accepted, deadLettered }) === JSON.stringify(counts);
      return same ? undefined : `counted ${answer.body.toString()} instead of ${JSON.stringify(counts)}`;
    }
    const keys = Object.keys(explained).join();
    return keys === 'field,message,description' ? undefined : `explained with ${keys}`;
  }

  async function faultOfBrokenOff({
    path,
    body,
    bytesNeverSent,
  }: GeneratedRequest): Promise<string | undefined> {
    const head = `POST ${path} HTTP/1.1\r\nHost: test\r\nContent-Length: ${body.length + bytesNeverSent!}\r\n\r\n`;
    const statuses = statusesOf(await rawExchange(service.url, Buffer.concat([Buffer.from(head), body])));
    return statuses.every((status) => status === 400) ? undefined : `answered ${statuses.join()}`;
  }

  async function lookAtMemory(): Promise<void> {
    const taken = anonymousBytes(service.pid) ?? (await metric(service.url, 'process_resident_memory_bytes'));
    greatestMemoryBytes = Math.max(greatestMemoryBytes, taken);
  }

  const received = (outcome: string, type?: string) =>
    metric(service.url, 'wfm_events_received_total', { outcome, ...(type === undefined ? {} : { type }) });
  const projected = (type: string, outcome: string) =>
    metric(service.url, 'wfm_events_projected_total', { type, outcome });

  it('are each answered as documented, and never with a server error', () => {
    expect(wrong).toEqual([]);
    expect(service.printed).not.toMatch(/"level":|Error|Warning/);
  });

  it('are counted by type and outcome exactly as they were sent', async () => {
    expect({
      status: await received('accepted', 'status'),
      contact: await received('accepted', 'contact'),
      personnel: await received('accepted', 'personnel'),
    }).toEqual(sent.accepted);
    expect(await received('dead_lettered')).toBe(sent.deadLettered);
    expect(await received('too_large')).toBe(sent.tooLarge);
    expect(await received('refused')).toBe(sent.refused);
    expect(await received('unavailable')).toBe(0);
  });

  it('are all accounted for: received equals stored plus repeats plus dead letters', async () => {
    const stored = (await projected('status', 'stored')) + (await projected('contact', 'stored'));
    const repeats = (await projected('status', 'repeat')) + (await projected('contact', 'repeat'));
    expect(stored).toBe(sent.identities.size);
    expect(repeats).toBe(sent.events - sent.identities.size);
    const directories = (await projected('personnel', 'stored')) + (await projected('personnel', 'repeat'));
    expect(directories).toBe(sent.accepted.personnel);
    expect(await projected('dead_letter', 'dead_lettered')).toBe(sent.deadLettered + sent.tooLarge);
    expect(await metric(service.url, 'wfm_dead_letters_total')).toBe(sent.deadLettered + sent.tooLarge);
    for (const type of Object.keys(sent.accepted)) expect(await projected(type, 'dead_lettered')).toBe(0);
  });

  it('do not make memory grow with their number', async () => {
    await lookAtMemory();
    expect(greatestMemoryBytes).toBeGreaterThan(0);
    expect(greatestMemoryBytes).toBeLessThan(MOST_MEMORY_BYTES);
  });
});
