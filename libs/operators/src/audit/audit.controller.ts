import { Readable } from 'node:stream';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, badRequest, permittedSystems, RequiresRole } from '#edge';
import { AuditRunningError, MAX_SEED, randomSeed, type AuditProgress } from '#store';
import { ApiAudit } from './api-audit.js';
import { readText, type OpsQuery } from '../ops-parameters.js';
import { AUDITS, type Audits } from '../ops-ports.js';

/** The most timelines, and contacts, of a sample. */
export const MAX_SAMPLE = 10_000;

/** Compares the store with its raw events while the service runs: see `docs/semantics.md` 7. */
@Controller('ops/audit')
@RequiresRole('ops')
export class AuditController {
  constructor(@Inject(AUDITS) private readonly audits: Audits) {}

  @Get()
  @ApiAudit()
  async audit(
    @Query() query: OpsQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (permittedSystems(request) !== undefined) throw LIMITED_KEY;
    if ('systemId' in query) throw NO_SYSTEM;
    const sample = readCount(query, 'sample', 1, MAX_SAMPLE);
    const seed = readCount(query, 'seed', 0, MAX_SEED) ?? randomSeed();
    const began = performance.now();
    const leaving = new AbortController();
    const signal = leaving.signal;
    const parts = this.audits.run(sample === undefined ? { signal } : { sample, seed, signal });
    // Awaiting the first part lets the status still reflect an early failure.
    const first = await parts.next().catch((error: unknown) => {
      throw error instanceof AuditRunningError ? ALREADY_RUNNING : error;
    });
    const chosen = sample === undefined ? {} : { sample, seed };
    const body = Readable.from(
      linesOf(chosen, first, parts, () => performance.now() - began),
      {
        objectMode: false,
        highWaterMark: 1,
      },
    );
    body.once('close', () => {
      leaving.abort();
      void parts.return(undefined).catch(() => undefined);
    });
    void reply.type('application/x-ndjson; charset=utf-8').send(body);
  }
}

/** An answer without a summary at its end is incomplete. */
async function* linesOf(
  audit: object,
  first: IteratorResult<AuditProgress, unknown>,
  rest: AsyncGenerator<AuditProgress>,
  tookMs: () => number,
): AsyncGenerator<string> {
  yield line({ audit });
  const rows = new Map<string, number>();
  let found = 0;
  for (let next = first; !next.done; next = await rest.next()) {
    const { done, parts, differences, rows: compared } = next.value;
    for (const [table, count] of Object.entries(compared)) rows.set(table, (rows.get(table) ?? 0) + count);
    found += differences.length;
    for (const difference of differences) yield line({ difference });
    yield line({ progress: { done, parts } });
  }
  const total = [...rows.values()].reduce((sum, count) => sum + count, 0);
  yield line({ summary: { differences: found, tables: rows.size, rows: total, seconds: tookMs() / 1000 } });
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function readCount(query: OpsQuery, name: string, least: number, greatest: number): number | undefined {
  const given = readText(query, name);
  if (given === undefined) return undefined;
  const count = /^\d{1,10}$/.test(given) ? Number(given) : NaN;
  if (count >= least && count <= greatest) return count;
  throw badRequest(
    name,
    `${name} is not an integer from ${least} to ${greatest}`,
    'Send an integer in that range, or leave it out.',
  );
}

const NO_SYSTEM = badRequest(
  'systemId',
  'systemId is not a parameter of this method',
  'An audit covers all systems: leave it out.',
);

const LIMITED_KEY = new ApiError(403, {
  field: '',
  message: 'forbidden',
  description:
    'An audit covers all systems: use a key with the role ops that is not limited to some systems.',
});

const ALREADY_RUNNING = new ApiError(409, {
  field: '',
  message: 'an audit is already running',
  description: 'Only one runs at a time: try again when it has finished.',
});
