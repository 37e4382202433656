import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StoreConnection } from './connection.js';

/** Checks the URL parameters of requests to a server, which include our settings. */
describe('A connection to a server', () => {
  let server: Server;
  let requests: URLSearchParams[];
  /** The number of requests to cut off from now on. */
  let cuts: number;
  let url: string;

  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push(new URL(request.url!, 'http://server').searchParams);
      if (cuts-- > 0) request.socket.destroy();
      else request.resume().once('end', () => response.end());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  beforeEach(() => {
    requests = [];
    cuts = 0;
  });

  const onConnection = async (
    cluster: string | undefined,
    use: (connection: StoreConnection) => Promise<unknown>,
  ) => {
    const connection = StoreConnection.open({
      url,
      database: 'd',
      ...(cluster === undefined ? {} : { cluster }),
    });
    await use(connection).finally(() => connection.close());
    return requests.map((parameters) => Object.fromEntries(parameters));
  };
  const row = [['x']] as const;

  it('repeats an insert that was cut off, under the same token', async () => {
    cuts = 2;
    const asked = await onConnection(undefined, (connection) => connection.insert('d.t', ['a'], row));
    expect(asked).toHaveLength(3);
    expect(new Set(asked.map(({ insert_deduplication_token: token }) => token)).size).toBe(1);
    expect(asked[0]!['insert_deduplication_token']).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives different rows different tokens', async () => {
    const asked = await onConnection(undefined, async (connection) => {
      await connection.insert('d.t', ['a'], row);
      await connection.insert('d.t', ['a'], [['y']]);
    });
    expect(asked[0]!['insert_deduplication_token']).not.toBe(asked[1]!['insert_deduplication_token']);
  });

  it('repeats neither queries nor commands, and leaves that to the caller', async () => {
    cuts = 1;
    await expect(onConnection(undefined, (connection) => connection.rows('SELECT 1'))).rejects.toThrow();
    cuts = 1;
    await expect(onConnection(undefined, (connection) => connection.command('DROP'))).rejects.toThrow();
    expect(requests).toHaveLength(2);
  });

  it('sends no settings of clusters unless the store is one', async () => {
    const [insert, select] = await onConnection(undefined, async (connection) => {
      await connection.insert('d.t', ['a'], row, { readBack: true });
      await connection.latestRows('SELECT 1');
    });
    const ofClusters = /quorum|distributed|sequential|shard|replica|balancing/;
    expect(Object.keys({ ...insert, ...select }).filter((name) => ofClusters.test(name))).toEqual([]);
  });

  it('completes an insert on a cluster only once most replicas of the shard have it', async () => {
    const [insert] = await onConnection('main', (connection) => connection.insert('d.t', ['a'], row));
    expect(insert).toMatchObject({ distributed_foreground_insert: '1', insert_quorum: 'auto' });
    expect(insert).not.toHaveProperty('insert_quorum_parallel');
  });

  it('makes inserts that are read back one after another, and reads from a replica that has them all', async () => {
    const [insert, select] = await onConnection('main', async (connection) => {
      await connection.insert('d.t', ['a'], row, { readBack: true });
      await connection.latestRows('SELECT 1');
    });
    expect(insert).toMatchObject({ insert_quorum: 'auto', insert_quorum_parallel: '0' });
    expect(select).toMatchObject({
      select_sequential_consistency: '1',
      prefer_localhost_replica: '0',
      distributed_product_mode: 'global',
    });
  });

  it('answers from all shards of a cluster, as of the state of the replica that is asked', async () => {
    const [select] = await onConnection('main', (connection) => connection.rows('SELECT 1'));
    expect(select).toMatchObject({ distributed_product_mode: 'global', skip_unavailable_shards: '0' });
    expect(select).not.toHaveProperty('select_sequential_consistency');
  });

  it('reads from another replica if one lacks rows that must be read back', async () => {
    cuts = 1;
    const asked = await onConnection('main', (connection) => connection.latestRows('SELECT 1'));
    expect(asked).toHaveLength(2);
  });
});
