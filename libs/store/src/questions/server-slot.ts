import type { ClickHouseClient, DataFormat } from '@clickhouse/client';
import { splitLongLists } from '../connection/long-lists.js';
import { CANCEL_WITH_CLIENT } from '../connection/statement-settings.js';
import type { BoundValues } from '../connection/values.js';
import type { Slot, Statement } from './statement.js';

/** Runs one statement at a time on a server, which stops it when its HTTP connection closes. */
export class ServerSlot implements Slot {
  constructor(private readonly client: ClickHouseClient) {}

  async run({ query, parameters, format, settings }: Statement, signal?: AbortSignal): Promise<Buffer> {
    // A server rejects long fields, so long lists are sent in parts.
    const bound = splitLongLists({ query, parameters: parameters as BoundValues });
    const result = await this.client.query({
      query: bound.query,
      query_params: bound.parameters,
      // The client's types lack a format that it does not parse.
      format: format as DataFormat,
      clickhouse_settings: signal === undefined ? settings : { ...settings, ...CANCEL_WITH_CLIENT },
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
    return Buffer.from(await result.text());
  }

  /** The client does not belong to this slot. */
  async close(): Promise<void> {}
}
