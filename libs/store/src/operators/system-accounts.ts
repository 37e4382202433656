import { RECEIPT_BLOCK_NUMBERS } from '../projection/receipt-rows.js';
import { boundTime } from '../queries/json-sql.js';

const BLOCK = RECEIPT_BLOCK_NUMBERS;
const ALL = 'bitNot(toUInt256(0))';

/** When a receiver started, which its id begins with. */
const STARTED = `toDateTime(reinterpretAsUInt32(reverse(unhex(substring(receiver, 1, 8)))), 'UTC')`;

const IN_TIME = `last_received >= ${boundTime('oldestReceipt')}`;

/** The united rows of a block. */
const blocks = (database: string, where: string) => `
  SELECT system_id, receiver, block, groupBitOr(stored) AS is_stored, groupBitOr(repeats) AS is_repeat,
         groupBitOr(dead_lettered) AS is_dead_letter, groupBitOr(failed) AS is_failed
  FROM ${database}.receipts WHERE ${IN_TIME} AND ${where}
  GROUP BY system_id, receiver, block`;

/**
 * For each receiver, the range of numbers that have to be there. Receipts that are too old are left out, since the log
 * may have lost their records. For a receiver that is older than that, numbers count from the block after the first one
 * within the window, all of which was received later.
 */
const receivers = (database: string, where: string) => `
  SELECT system_id, receiver, max(settled) AS due_to,
         if(${STARTED} >= ${boundTime('oldestReceipt')}, 0, min(block) + 1) AS due_from_block
  FROM ${database}.receipts WHERE ${IN_TIME} AND ${where}
  GROUP BY system_id, receiver`;

/**
 * The bits of a block up to the last number that is due. A shift by a signed number would keep the sign, and thus all
 * bits.
 */
const DUE = `multiIf(block < due_from_block OR block > intDiv(due_to, ${BLOCK}), toUInt256(0),
  block < intDiv(due_to, ${BLOCK}), ${ALL}, bitShiftRight(${ALL}, toUInt8(${BLOCK - 1} - due_to % ${BLOCK})))`;

const count = (bits: string) => `sum(bitCount(${bits}))`;
const PRESENT = 'bitOr(bitOr(is_stored, is_repeat), is_dead_letter)';

const accountsOfReceivers = (database: string, where: string) => `
  SELECT system_id, receiver, any(due_to) AS due, any(due_from_block) AS from_block,
         ${count('is_stored')} AS stored_here,
         ${count('bitAnd(is_repeat, bitNot(is_stored))')} AS repeated_here,
         ${count('bitAnd(is_dead_letter, bitNot(bitOr(is_stored, is_repeat)))')} AS put_aside_here,
         ${count('bitAnd(is_stored, is_repeat)')} AS redelivered_here,
         toInt64(due) + 1 - toInt64(greatest(1, from_block * ${BLOCK})) AS due_numbers,
         greatest(0, due_numbers - toInt64(${count(`bitAnd(bitOr(${PRESENT}, is_failed), ${DUE})`)})) AS missing_here
  FROM (${blocks(database, where)}) AS blocks
  INNER JOIN (${receivers(database, where)}) AS receivers USING (system_id, receiver)
  GROUP BY system_id, receiver`;

/**
 * SQL for the account of each system, as (system_id, stored, repeats, dead_lettered, redelivered, unaccounted).
 *
 * @param where a condition on `system_id`; `oldestReceipt` has to be bound.
 */
export function systemAccounts(database: string, where: string): string {
  return `
    SELECT system_id, sum(stored_here) AS stored, sum(repeated_here) AS repeats, sum(put_aside_here) AS dead_lettered,
           sum(redelivered_here) AS redelivered, sum(missing_here) AS unaccounted
    FROM (${accountsOfReceivers(database, where)})
    GROUP BY system_id`;
}
