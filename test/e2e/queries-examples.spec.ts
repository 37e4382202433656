import { SPEC_EXAMPLES } from '../../libs/answers/src/answers/spec-examples.js';
import { postStatus, request, untilProjected } from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

const seconds = (date: string) => Date.parse(date) / 1000;

describe('pushed events reproduce the specification’s example', () => {
  let service: StandaloneProcess;

  beforeAll(async () => {
    // The examples are from 2020: by default, the events would be refused and the open states would be stale.
    service = await StandaloneProcess.start({
      env: { RETENTION_DAYS: '20000', STATE_MAX_AGE_SECONDS: '1000000000' },
    });
  });

  afterAll(async () => {
    await service.stop();
    removeTemporaryDirectories();
  });

  const send = async (systemId: string, event: object) => {
    expect((await postStatus(service.url, { systemId, ...event })).status).toBe(204);
  };
  const visit = async (
    systemId: string,
    state: { workerId: string; groupId?: string; stateCode: string; stateName: string },
    start: string,
    end?: string,
  ) => {
    await send(systemId, { ...state, actionTime: seconds(start), action: 1 });
    if (end !== undefined) await send(systemId, { ...state, actionTime: seconds(end), action: 0 });
  };
  const bytesOf = async (path: string) => {
    await untilProjected(service.url);
    const answer = await request(`${service.url}${path}`);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    return answer.body.toString();
  };

  it('3.3.4 agentStatusData', async () => {
    for (const { agentId, groupId, states } of SPEC_EXAMPLES.AGENT_STATUS_DATA) {
      for (const { startDate, endDate, stateCode, stateName } of states) {
        await visit('status', { workerId: agentId, groupId, stateCode, stateName }, startDate, endDate);
      }
    }
    const path =
      '/systems/status/historic/agentStatusData?startDate=2020-01-01T00:00:00Z&endDate=2020-01-02T00:00:00Z&agentId=1,2';
    expect(await bytesOf(path)).toBe(JSON.stringify(SPEC_EXAMPLES.AGENT_STATUS_DATA));
  });

  it('3.4.4 agentLoginData', async () => {
    for (const { agentId, logins } of SPEC_EXAMPLES.AGENT_LOGIN_DATA) {
      for (const { loginDate, logoutDate } of logins) {
        const state = { workerId: agentId, stateCode: 'Work', stateName: 'Contact processing' };
        await visit('login', state, loginDate, logoutDate);
      }
    }
    const path =
      '/systems/login/historic/agentLoginData?startDate=2020-01-01T00:00:00Z&endDate=2020-01-02T00:00:00Z&agentId=1,2,3';
    expect(await bytesOf(path)).toBe(JSON.stringify(SPEC_EXAMPLES.AGENT_LOGIN_DATA));
  });

  it('4.2.3 agentStatus', async () => {
    for (const { agentId, stateCode, stateName, startDate } of SPEC_EXAMPLES.AGENT_STATUS) {
      await visit('online', { workerId: agentId, stateCode, stateName }, startDate);
    }
    expect(await bytesOf('/systems/online/online/agentStatus')).toBe(
      JSON.stringify(SPEC_EXAMPLES.AGENT_STATUS),
    );
  });
});
