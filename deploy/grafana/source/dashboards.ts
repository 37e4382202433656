import { INGESTION } from './ingestion.js';
import { PROJECTION } from './projection.js';
import { QUERIES } from './queries.js';
import { dashboardOf } from './room.js';

/** The files of all dashboards, by their names. */
export function dashboardFiles(): ReadonlyMap<string, string> {
  return new Map(
    [INGESTION, PROJECTION, QUERIES].map((room) => [
      `${room.uid}.json`,
      `${JSON.stringify(dashboardOf(room), null, 2)}\n`,
    ]),
  );
}
