import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { ENCODED_ROWS_AS_THEY_ARE } from './encoded-rows.js';
import type { ServerSettings } from './store-settings.js';

/** A client of a ClickHouse server. */
export function serverClient({ url, username, password }: ServerSettings): ClickHouseClient {
  return createClient({
    url,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    request_timeout: 300_000,
    // Thousands of agents do not fit into a URL.
    use_multipart_params_auto: true,
    json: ENCODED_ROWS_AS_THEY_ARE,
    // Callers get the error and log it; the client must not log it too.
    log: { level: ClickHouseLogLevel.OFF },
  });
}
