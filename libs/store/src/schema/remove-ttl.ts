/**
 * What removes the TTL of a table. A table without one refuses that, so it is given one first, which no row reaches: then both
 * can be repeated, on a cluster too of which some hosts have done it.
 */
export function removeTtl(column: string): readonly string[] {
  return [
    `MODIFY TTL toDateTime(${column}) + INTERVAL 20000 DAY SETTINGS materialize_ttl_after_modify = 0`,
    'REMOVE TTL',
  ];
}
