import type { Anomaly, ContactAnomaly, ContactId, Interval, TimelineId } from '#domain';
import type { StoreConnection } from '../../connection/connection.js';
import type { Row } from '../../connection/values.js';
import type {
  AnsweredLegRow,
  DirectoryInForce,
  LegRow,
  ProjectedRows,
} from './projection-store-under-test.js';
import type { DeadLetterResendRow, DeadLetterRow } from '../projection-store.js';
import type { ActivityRow, ReceiptRow } from '../receipt-rows.js';

const ms = (column: string) => `toUnixTimestamp64Milli(${column})`;
const LEG = `${ms('begin')} AS leg_begin, group_id, begun_by, begun_by_worker, toString(outcome)`;

/** Reads the tables as answers do. */
export class ClickHouseProjectedRows implements ProjectedRows {
  constructor(
    private readonly connection: StoreConnection,
    private readonly database: string,
  ) {}

  async intervals(timeline: TimelineId): Promise<readonly Interval[]> {
    const rows = await this.ofTimeline<[number, string, string, number | null, string]>(
      `${ms('start')}, state_code, state_name, ${ms('end')}, toString(ended_by)`,
      'state_intervals',
      timeline,
    );
    return rows.map(
      ([start, stateCode, stateName, end, endedBy]) =>
        ({ start, stateCode, stateName, end, endedBy }) as Interval,
    );
  }

  async anomalies(timeline: TimelineId): Promise<readonly Anomaly[]> {
    const rows = await this.ofTimeline<[number, Anomaly['kind'], string]>(
      `${ms('at')}, toString(kind), state_code`,
      'anomalies',
      timeline,
    );
    return rows.map(([at, kind, stateCode]) => ({ at, kind, stateCode }));
  }

  async legs(contact: ContactId): Promise<readonly LegRow[]> {
    return (await this.ofContact<LegValues>(LEG, 'legs', contact)).map(legOf);
  }

  async answeredLegs(contact: ContactId): Promise<readonly AnsweredLegRow[]> {
    const rows = await this.ofContact<[...LegValues, string, number]>(
      `${LEG}, worker_id, ${ms('answered')}`,
      'answered_legs',
      contact,
    );
    return rows.map(([begin, group, by, worker, outcome, workerId, answered]) => ({
      ...legOf([begin, group, by, worker, outcome]),
      workerId,
      answered,
    }));
  }

  async contactAnomalies(contact: ContactId): Promise<readonly ContactAnomaly[]> {
    const rows = await this.ofContact<
      [number, ContactAnomaly['kind'], ContactAnomaly['action'], string, string]
    >(`${ms('at')}, toString(kind), action, group_id, worker_id`, 'contact_anomalies', contact);
    return rows.map(([at, kind, action, groupId, workerId]) => ({ at, kind, action, groupId, workerId }));
  }

  async contactGroups(systemId: string): Promise<readonly string[]> {
    return (await this.ofSystem<[string]>('group_id', 'contact_groups', systemId)).map(([group]) => group);
  }

  async directory(systemId: string): Promise<DirectoryInForce | undefined> {
    const rows = await this.ofSystem<[number, number, string]>(
      `position, ${ms('received_at')}, body`,
      'directories',
      systemId,
    );
    const [last] = [...rows].sort((a, b) => b[0] - a[0]);
    if (last === undefined) return undefined;
    const [position, receivedAt, body] = last;
    const services = await this.ofSystem<[number, string, string]>(
      'position, group_id, service_id',
      'directory_groups',
      systemId,
    );
    const agents = await this.ofSystem<[number, string, string]>(
      'position, worker_id, group_id',
      'directory_agent_groups',
      systemId,
    );
    const agentGroups: Record<string, string[]> = {};
    for (const [at, worker, group] of [...agents].sort()) {
      if (at === position) (agentGroups[worker] ??= []).push(group);
    }
    return {
      ...{ systemId, position, receivedAt, agentGroups },
      directory: JSON.parse(body) as DirectoryInForce['directory'],
      services: Object.fromEntries(
        services.filter(([at]) => at === position).map(([, group, service]) => [group, service]),
      ),
    };
  }

  async deadLetters(systemId: string): Promise<readonly DeadLetterRow[]> {
    const rows = await this.ofSystem<
      [string, number, string, string, string, string, string, string, number, string]
    >(
      `id, ${ms('received_at')}, type, reason, field, message, description, remote_address, body_bytes, body_base64`,
      'dead_letters',
      systemId,
    );
    return rows.map(
      ([
        id,
        receivedAt,
        type,
        reason,
        field,
        message,
        description,
        remoteAddress,
        bodyBytes,
        bodyBase64,
      ]) => ({
        ...{ id, receivedAt, type, reason, field, message, description, systemId },
        ...{ remoteAddress, bodyBytes, bodyBase64 },
      }),
    );
  }

  async deadLetterResends(systemId: string): Promise<readonly DeadLetterResendRow[]> {
    const rows = await this.ofSystem<
      [string, string, number, number, string, number, string, string, string, string, string]
    >(
      `letter_id, resend_id, ${ms('letter_received_at')}, ${ms('resent_at')}, resent_by, is_corrected,
       toString(outcome), reason, field, message, description`,
      'dead_letter_resends',
      systemId,
    );
    return rows.map(
      ([
        letterId,
        resendId,
        letterReceivedAt,
        resentAt,
        resentBy,
        corrected,
        outcome,
        reason,
        field,
        ...texts
      ]) => ({
        ...{ letterId, resendId, letterReceivedAt, systemId, resentAt, resentBy },
        ...{ corrected: corrected === 1, outcome, reason, field, message: texts[0], description: texts[1] },
      }),
    );
  }

  async activity(systemId: string): Promise<readonly ActivityRow[]> {
    const rows = await this.ofSystem<[number, number, number | null]>(
      `toUnixTimestamp(slot) * 1000, ${ms('last_received')}, ${ms('last_action')}`,
      'system_activity',
      systemId,
    );
    return rows.map(([slot, lastReceived, lastAction]) => ({ systemId, slot, lastReceived, lastAction }));
  }

  async receipts(systemId: string): Promise<readonly ReceiptRow[]> {
    const rows = await this.ofSystem<[string, number, string, string, string, string, number, number]>(
      `receiver, block, toString(stored), toString(repeats), toString(dead_lettered), toString(failed), settled,
       ${ms('last_received')}`,
      'receipts',
      systemId,
    );
    return rows.map(([receiver, block, stored, repeats, deadLettered, failed, settled, lastReceived]) => ({
      ...{ systemId, receiver, block, stored: BigInt(stored), repeats: BigInt(repeats) },
      ...{ deadLettered: BigInt(deadLettered), failed: BigInt(failed), settled, lastReceived },
    }));
  }

  private ofTimeline<T extends Row>(
    columns: string,
    table: string,
    { systemId, workerId, groupId }: TimelineId,
  ) {
    return this.read<T>(columns, table, 'worker_id = {workerId:String} AND group_id = {groupId:String}', {
      ...{ systemId, workerId, groupId },
    });
  }

  private ofContact<T extends Row>(columns: string, table: string, { systemId, contactId }: ContactId) {
    return this.read<T>(columns, table, 'contact_id = {contactId:String}', { systemId, contactId });
  }

  private ofSystem<T extends Row>(columns: string, table: string, systemId: string) {
    return this.read<T>(columns, table, 'true', { systemId });
  }

  private read<T extends Row>(
    columns: string,
    table: string,
    condition: string,
    values: Record<string, string>,
  ): Promise<T[]> {
    return this.connection.rows<T>(
      `SELECT ${columns} FROM ${this.database}.${table} FINAL WHERE system_id = {systemId:String} AND ${condition}`,
      values,
    );
  }
}

type LegValues = [number, string, LegRow['begunBy'], string, LegRow['outcome']];

function legOf([begin, groupId, begunBy, begunByWorker, outcome]: LegValues): LegRow {
  return { begin, groupId, begunBy, begunByWorker, outcome };
}
