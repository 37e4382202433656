import { countedSystemId, originOf, type StoredRecord } from '#event-log';
import type { SequenceLedger } from '../accounting/sequence-ledger.js';

/**
 * Enters a record that this version cannot read into the ledger as a dead letter, if it says where it comes from. It would
 * look lost otherwise.
 */
export function accountForUnreadable({ value, appendedAt }: StoredRecord, ledger: SequenceLedger): void {
  const record = looselyParsed(value);
  const origin = originOf(record);
  if (origin === undefined) return;
  const { systemId } = record;
  const counted = typeof systemId === 'string' ? countedSystemId(systemId) : '';
  ledger.add(counted, origin, appendedAt, 'deadLettered');
}

function looselyParsed(value: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
