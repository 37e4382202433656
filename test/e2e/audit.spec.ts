import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { StoreConnection } from '#store';
import { postContact, postStatus, putPersonnel, untilProjected } from '../support/service-client.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/standalone-process.js';
import { storeEnvironment, storeIn } from '../support/store-under-test.js';

const AUDIT = resolve('dist/apps/maintenance/src/audit.js');

describe('npm run audit', () => {
  const dataDirectory = temporaryDirectory();
  const { database } = storeIn(dataDirectory);

  beforeAll(async () => {
    const service = await StandaloneProcess.start({ dataDirectory });
    await tellStatuses(service.url);
    await tellContacts(service.url);
    await tellPersonnel(service.url);
    await untilProjected(service.url);
    await service.stop();
  });

  afterAll(removeTemporaryDirectories);

  const change = async (statement: string) => {
    const connection = StoreConnection.open(storeIn(dataDirectory));
    await connection.command(statement);
    await connection.close();
  };

  it('says that a store with statuses, contacts and directories is right, whatever was late or defective', async () => {
    expect(await runAudit(dataDirectory)).toEqual({
      code: 0,
      output: 'The store says what its events say.\n',
    });
  });

  it('names the table and the rows that are not', async () => {
    await change(
      `INSERT INTO ${database}.legs
       SELECT * REPLACE (talk_ms + 1 AS talk_ms, version + 1000000 AS version)
       FROM ${database}.legs FINAL WHERE contact_id = 'plain'`,
    );
    const { code, output } = await runAudit(dataDirectory);
    expect(code).toBe(1);
    expect(output).toMatch(/^missing in legs: \["e2e","plain","1",.*\]$/m);
    expect(output).toMatch(/^surplus in legs: \["e2e","plain","1",.*\]$/m);
    expect(output).toContain(`2 differences. 'npm run rebuild' makes the store anew from the log.`);
  });
});

const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;

async function tellStatuses(url: string): Promise<void> {
  const enter = { systemId: 'e2e', workerId: 'w', stateCode: 'ready', stateName: 'Ready', action: 1 };
  for (const event of [
    { ...enter, actionTime: secondsAgo(900) },
    { ...enter, actionTime: secondsAgo(800), stateCode: 'break' },
    { ...enter, actionTime: secondsAgo(600), action: 0 },
    { ...enter, actionTime: secondsAgo(850), action: 0 },
  ]) {
    expect((await postStatus(url, event)).status).toBe(204);
  }
}

/** An ordinary contact, one whose beginning comes last, one that lost an end, one that only a bot met. */
async function tellContacts(url: string): Promise<void> {
  const begin = secondsAgo(900);
  for (const [contactId, action, after, groupId, workerId] of [
    ['plain', 'queued', 0, '1'],
    ['plain', 'offered', 5, '1', 'w'],
    ['plain', 'answered', 8, '1', 'w'],
    ['plain', 'finished', 60, '1', 'w'],
    ['plain', 'wrapped', 70, '1', 'w'],
    ['late', 'transferred', 60, '1', 'w'],
    ['late', 'queued', 60, '2'],
    ['late', 'abandoned', 90, '2'],
    ['late', 'queued', 0, '1'],
    ['lost', 'queued', 0, '1'],
    ['lost', 'answered', 5, '2', 'w'],
    ['lost', 'held', 9, '1', 'w'],
    ['bot', 'queued', 0, '1'],
    ['bot', 'bot_closed', 3, '1'],
  ] as const) {
    const step = { systemId: 'e2e', contactId, action, actionTime: begin + after, groupId, workerId };
    expect((await postContact(url, step)).status).toBe(204);
  }
}

/** Two directories, of which the second is in force. */
async function tellPersonnel(url: string): Promise<void> {
  const agent = { id: 'w', name: 'Agent', agentGroups: [{ groupId: '1' }, { groupId: '2' }] };
  const serviceGroups = [{ id: '1', name: 'One', status: 'ACTIVE' }];
  for (const services of [undefined, [{ id: 's', name: 'Service', status: 'ACTIVE', serviceGroups }]]) {
    expect((await putPersonnel(url, { systemId: 'e2e', services, agents: [agent] })).status).toBe(204);
  }
}

/** The command as a user runs it, but for the build; what it printed, and its exit code. */
function runAudit(dataDirectory: string): Promise<{ code: number; output: string }> {
  const env = { PATH: process.env['PATH'], ...storeEnvironment(dataDirectory) };
  return new Promise((done, fail) => {
    execFile(process.execPath, [AUDIT], { env, timeout: 60_000 }, (error, stdout) => {
      if (error === null) done({ code: 0, output: stdout });
      else if (typeof error.code === 'number') done({ code: error.code, output: stdout });
      else fail(error);
    });
  });
}
