import { clusterLayout } from './cluster-layout.js';
import type { Layout } from './layout.js';
import { serverLayout } from './server-layout.js';

/** @param cluster the name of the cluster, if the store is one. */
export function layoutOn(cluster: string | undefined): Layout {
  return cluster === undefined ? serverLayout : clusterLayout(cluster);
}
