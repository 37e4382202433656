import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { permittedSystems, RequiresRole, waitingClientOf } from '#edge';
import { ANOMALY_KINDS, CONTACT_ANOMALY_KINDS, type AnomalyStore, type ListedAnomaly } from '#store';
import { ApiAnomalies } from '../api-ops.js';
import { anomalyAnswer } from './anomaly-answer.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import {
  pageOf,
  readCursor,
  readOneOf,
  readPageSize,
  readTimeRange,
  readText,
  type OpsQuery,
} from '../ops-parameters.js';
import { ANOMALIES } from '../ops-ports.js';

const KINDS = [...ANOMALY_KINDS, ...CONTACT_ANOMALY_KINDS] as const;

/** Lists anomalies of accepted events for operators: see `docs/semantics.md` 7. */
@Controller('ops/anomalies')
@RequiresRole('ops')
export class AnomaliesController {
  constructor(@Inject(ANOMALIES) private readonly store: AnomalyStore) {}

  @Get()
  @ApiAnomalies()
  async list(
    @Query() query: OpsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const store = this.store.askedBy(waitingClientOf(reply));
    const limit = readPageSize(query);
    const filter = {
      systems: permittedSystems(request),
      systemId: readText(query, 'systemId'),
      kind: readOneOf(query, 'kind', KINDS),
      agentId: readText(query, 'agentId'),
      contactId: readText(query, 'contactId'),
      ...readTimeRange(query),
    };
    const anomalies = await store.anomalies(filter, readPlace(query), limit + 1);
    const { page, last } = pageOf(anomalies, limit);
    const answers: object[] = [];
    for (const anomaly of page) answers.push(await anomalyAnswer(store, anomaly));
    return {
      anomalies: answers,
      ...(last === undefined ? {} : { nextCursor: encodeCursor(placeOf(last)) }),
    };
  }
}

function placeOf({ at, of, ...anomaly }: ListedAnomaly) {
  const { systemId, contactId, agentId, groupId, kind, action, stateCode } = anomaly;
  return [at, of, systemId, contactId, agentId, groupId, kind, action, stateCode] as const;
}

const SHAPE = [0, '', '', '', '', '', '', '', ''] as const;

function readPlace(query: OpsQuery): ListedAnomaly | undefined {
  const cursor = readCursor(query);
  if (cursor === undefined) return undefined;
  const [at, of, systemId, contactId, agentId, groupId, kind, action, stateCode] = decodeCursor(
    cursor,
    SHAPE as readonly [number, string, string, string, string, string, string, string, string],
  );
  return {
    at,
    of: of === 'timeline' ? 'timeline' : 'contact',
    systemId,
    contactId,
    agentId,
    groupId,
    kind,
    action,
    stateCode,
  };
}
