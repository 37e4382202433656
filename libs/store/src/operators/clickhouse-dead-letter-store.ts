import type { StoreConnection } from '../connection/connection.js';
import type { BoundValues } from '../connection/values.js';
import {
  MAX_LISTED_RESENDS,
  type DeadLetterFilter,
  type DeadLetterPlace,
  type DeadLetterStore,
  type DeadLetterWithResends,
} from './dead-letter-store.js';
import type { DeadLetterResendRow } from '../projection/projection-store.js';
import { boundTime } from '../queries/json-sql.js';
import type { Asker } from '../questions/asker.js';

export class ClickHouseDeadLetterStore implements DeadLetterStore {
  private readonly connection: StoreConnection;

  constructor(
    connection: StoreConnection,
    private readonly database: string,
  ) {
    this.connection = connection.forQuestion('small');
  }

  askedBy(asker: Asker): ClickHouseDeadLetterStore {
    return new ClickHouseDeadLetterStore(this.connection.askedBy(asker), this.database);
  }

  async deadLetters(
    filter: DeadLetterFilter,
    after: DeadLetterPlace | undefined,
    limit: number,
    bodyBytes: number,
  ): Promise<DeadLetterWithResends[]> {
    const { conditions, values } = this.conditionsOf(filter, after);
    // Bodies are most of the table, so they are read only for the letters that are listed.
    const places = await this.connection.rows<PlaceRow>(
      `SELECT id, toUnixTimestamp64Milli(received_at) FROM ${this.database}.dead_letters FINAL
       WHERE ${conditions.join(' AND ')} ORDER BY received_at DESC, id DESC LIMIT {limit:UInt32}`,
      { ...values, limit },
    );
    return this.whole(places, bodyBytes);
  }

  async deadLetter(
    id: string,
    systems: readonly string[] | undefined,
    bodyBytes: number,
  ): Promise<DeadLetterWithResends | undefined> {
    const permitted = permittedCondition(systems);
    const places = await this.connection.rows<PlaceRow>(
      `SELECT id, toUnixTimestamp64Milli(received_at) FROM ${this.database}.dead_letters
       WHERE id = {id:String} AND ${permitted.condition} LIMIT 1`,
      { id, ...permitted.values },
    );
    return (await this.whole(places, bodyBytes))[0];
  }

  private conditionsOf(filter: DeadLetterFilter, after: DeadLetterPlace | undefined) {
    const permitted = permittedCondition(filter.systems);
    const conditions = [permitted.condition];
    const values: BoundValues = { ...permitted.values };
    const demand = (condition: string, bound: BoundValues) => {
      conditions.push(condition);
      Object.assign(values, bound);
    };
    const { systemId, reason, type, from, to, resent } = filter;
    if (systemId !== undefined) demand('system_id = {system:String}', { system: systemId });
    if (reason !== undefined) demand('reason = {reason:String}', { reason });
    if (type !== undefined) demand('type = {type:String}', { type });
    if (from !== undefined) demand(`received_at >= ${boundTime('from')}`, { from });
    if (to !== undefined) demand(`received_at < ${boundTime('to')}`, { to });
    if (resent !== undefined) demand(`id ${resent ? 'IN' : 'NOT IN'} (${resentLetters(this.database)})`, {});
    if (after !== undefined) {
      const time = boundTime('afterTime');
      demand(`received_at <= ${time} AND (received_at < ${time} OR id < {afterId:String})`, {
        afterTime: after.receivedAt,
        afterId: after.id,
      });
    }
    return { conditions, values };
  }

  /** The letters at these places, in that order. */
  private async whole(places: readonly PlaceRow[], bodyBytes: number): Promise<DeadLetterWithResends[]> {
    if (places.length === 0) return [];
    const ids = places.map(([id]) => id);
    const times = places.map(([, receivedAt]) => receivedAt);
    const rows = await this.connection.rows<LetterRow>(
      `SELECT id, toUnixTimestamp64Milli(received_at), type, reason, field, message, description, system_id,
              remote_address, body_bytes, length(base64Decode(body_base64)),
              base64Encode(substring(base64Decode(body_base64), 1, {bodyBytes:UInt32}))
       FROM ${this.database}.dead_letters
       WHERE received_at >= ${boundTime('first')} AND received_at <= ${boundTime('last')} AND id IN {ids:Array(String)}
       LIMIT 1 BY id`,
      { ids, bodyBytes, first: Math.min(...times), last: Math.max(...times) },
    );
    const resends = await this.resendsOf(ids);
    const letters = new Map(rows.map((row) => [row[0], letterOf(row, resends.get(row[0]) ?? [])]));
    return ids.flatMap((id) => letters.get(id) ?? []);
  }

  private async resendsOf(ids: readonly string[]): Promise<Map<string, DeadLetterResendRow[]>> {
    const rows = await this.connection.rows<ResendRow>(
      `SELECT letter_id, resend_id, toUnixTimestamp64Milli(letter_received_at), system_id,
              toUnixTimestamp64Milli(resent_at) AS at, resent_by, is_corrected, outcome, reason, field, message,
              description
       FROM ${this.database}.dead_letter_resends FINAL WHERE letter_id IN {ids:Array(String)}
       ORDER BY letter_id, at DESC, resend_id DESC LIMIT {listed:UInt32} BY letter_id`,
      { ids, listed: MAX_LISTED_RESENDS },
    );
    const byLetter = new Map<string, DeadLetterResendRow[]>();
    for (const row of rows) {
      const resends = byLetter.get(row[0]);
      if (resends === undefined) byLetter.set(row[0], [resendOf(row)]);
      else resends.push(resendOf(row));
    }
    return byLetter;
  }
}

const resentLetters = (database: string) =>
  `SELECT letter_id FROM ${database}.dead_letter_resends WHERE outcome = 'accepted'`;

/** Restricts rows to the permitted systems. */
export function permittedCondition(systems: readonly string[] | undefined) {
  if (systems === undefined) return { condition: 'true', values: {} };
  return { condition: 'system_id IN {permitted:Array(String)}', values: { permitted: systems } };
}

type PlaceRow = readonly [id: string, receivedAt: number];

type LetterRow = readonly [
  id: string,
  receivedAt: number,
  type: string,
  reason: string,
  field: string,
  message: string,
  description: string,
  systemId: string,
  remoteAddress: string,
  bodyBytes: number,
  keptBytes: number,
  bodyBase64: string,
];

function letterOf(row: LetterRow, resends: readonly DeadLetterResendRow[]): DeadLetterWithResends {
  const [id, receivedAt, type, reason, field, message, description, systemId, remoteAddress, ...body] = row;
  const [bodyBytes, keptBytes, bodyBase64] = body;
  return {
    id,
    receivedAt,
    type,
    reason,
    field,
    message,
    description,
    systemId,
    remoteAddress,
    bodyBytes,
    keptBytes,
    bodyBase64,
    resends,
  };
}

type ResendRow = readonly [
  letterId: string,
  resendId: string,
  letterReceivedAt: number,
  systemId: string,
  resentAt: number,
  resentBy: string,
  isCorrected: number,
  outcome: string,
  reason: string,
  field: string,
  message: string,
  description: string,
];

function resendOf(row: ResendRow): DeadLetterResendRow {
  const [letterId, resendId, letterReceivedAt, systemId, resentAt, resentBy, isCorrected, ...rest] = row;
  const [outcome, reason, field, message, description] = rest;
  const corrected = isCorrected === 1;
  return {
    letterId,
    resendId,
    letterReceivedAt,
    systemId,
    resentAt,
    resentBy,
    corrected,
    outcome,
    reason,
    field,
    message,
    description,
  };
}
