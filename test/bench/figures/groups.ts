import { againstSelect, AGAINST_SELECT_METHOD } from '../measuring/against-select.js';
import {
  QUERIED_DAYS,
  QUERIED_GROUPS,
  selectOfBuckets,
  serviceGroupDataUrl,
  STEP_SECONDS,
  type LegStore,
} from '../stores/leg-store.js';
import type { Owned } from '../owned.js';
import type { Figure } from '../report.js';

export const GROUPS_METHOD = `A store of legs of groups, made by INSERT … SELECT and left alone until it has merged, asked for ${QUERIED_GROUPS}
groups, ${QUERIED_DAYS} days and steps of ${STEP_SECONDS / 60} minutes. ${AGAINST_SELECT_METHOD}`;

/** A large answer of `serviceGroupData`, as a multiple of what the engine needs for the figures alone. */
export async function measureGroups(owned: Owned, store: LegStore): Promise<Figure[]> {
  const { ratios, details } = await againstSelect(owned, {
    name: 'serviceGroupData',
    dataDirectory: store.dataDirectory,
    url: (serviceUrl) => serviceGroupDataUrl(serviceUrl, store),
    select: selectOfBuckets(store),
  });
  return [
    {
      name: 'groups',
      what: 'time of serviceGroupData, 100 groups × 31 days by 5 minutes ÷ the same SELECT in the store',
      goal: { atMost: 1.3 },
      unit: '',
      measured: ratios,
      details: { 'legs in the store': store.legs, ...details },
    },
  ];
}
