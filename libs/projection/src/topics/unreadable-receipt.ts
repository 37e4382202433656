import { countedSystemId, originOf, type StoredRecord } from '#event-log';
import type { SequenceLedger } from '../accounting/sequence-ledger.js';

/**
 * A record that this version cannot read may still say where it comes from: then it is accounted for as what it became, a
 * dead letter, and does not look lost.
 */
export function receiptOfUnreadable({ value, appendedAt }: StoredRecord, receipts: SequenceLedger): void {
  const record = looselyParsed(value);
  const origin = originOf(record);
  if (origin === undefined) return;
  const { systemId } = record;
  const counted = typeof systemId === 'string' ? countedSystemId(systemId) : '';
  receipts.add(counted, origin, appendedAt, 'deadLettered');
}

function looselyParsed(value: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
