import { rmSync } from 'node:fs';
import { StoreConnection } from '#store';
import { runCommand } from '../support/run-command.js';
import { postStatus, request, untilProjected } from '../support/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess, temporaryDirectory } from '../support/standalone-process.js';

afterAll(removeTemporaryDirectories);
it('is not refused after a repair', async () => {
  const dataDirectory = temporaryDirectory();
  const first = await StandaloneProcess.start({ dataDirectory });
  const now = Math.floor(Date.now() / 1000);
  for (const [stateCode, action, ago] of [['Work', 1, 300], ['Work', 0, 200]] as const)
    expect((await postStatus(first.url, { systemId: 'demo', workerId: '1', stateCode, stateName: stateCode, actionTime: now - ago, action })).status).toBe(204);
  await untilProjected(first.url);
  expect(await first.stop()).toBe(0);
  const connection = StoreConnection.open({ dataDirectory, database: 'statusledger' });
  const rows = await connection.rows<[string]>(`SELECT path FROM system.parts WHERE database = 'statusledger' AND table = 'state_intervals' AND active ORDER BY rows DESC LIMIT 1`);
  await connection.close();
  rmSync(rows[0]![0], { recursive: true });
  const repaired = await runCommand('maintenance/src/audit.js', ['--repair'], { DATA_DIR: dataDirectory });
  console.log(repaired.code, repaired.output, repaired.errors);
  const again = await StandaloneProcess.start({ dataDirectory });
  const ready = await request(`${again.url}/health/ready`);
  console.log(ready.body.toString());
  await again.stop();
});
