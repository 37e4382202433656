/**
 * The statements that remove the TTL of a table. A table without one refuses that, so it is given one first that no row
 * reaches. Both can then be repeated, even on a cluster where some hosts have already done it.
 */
export function removeTtl(column: string): readonly string[] {
  return [
    `MODIFY TTL toDateTime(${column}) + INTERVAL 20000 DAY SETTINGS materialize_ttl_after_modify = 0`,
    'REMOVE TTL',
  ];
}
