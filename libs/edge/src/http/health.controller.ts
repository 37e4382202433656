import { Controller, Get, Inject, Res } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { AnswerGate } from './answer-gate.js';
import { Public } from '../credentials/route-access.js';

/** The dependencies of the process, by name; each check rejects if its dependency is not ready. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<void>>>;

/** The results of checks, from best to worst. */
export const OUTCOMES = ['ok', 'starting', 'catching_up', 'degraded', 'unavailable'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** A check rejects with this error if its dependency is reachable but does not fully work. */
export class DegradedError extends Error {
  override readonly name = 'NotWholeError';

  /** @param isReady whether the process can still do other work and should receive requests. */
  constructor(
    readonly outcome: Outcome,
    message: string,
    readonly isReady: boolean,
  ) {
    super(message);
  }
}

/** A readiness check that rejects with a {@link DegradedError} while answers would be incomplete. */
export function answersAreComplete(gate: AnswerGate, hasOtherWork: boolean): () => Promise<void> {
  return async () => {
    const obstacle = gate.obstacle();
    if (obstacle === undefined) return;
    const { message, description } = obstacle.body;
    throw new DegradedError(obstacle.status, `${message}: ${description}`, hasOtherWork);
  };
}

export const READINESS_CHECKS = Symbol('ReadinessChecks');

const CHECK_TIMEOUT_MS = 5_000;

/** The answer of a live process. */
export class LiveAnswer {
  @ApiProperty({ enum: ['ok'], description: 'Always `ok`.', example: 'ok' })
  status!: string;
}

/** Whether the process can do its work, and the state of its dependencies. */
export class ReadyAnswer {
  @ApiProperty({
    enum: OUTCOMES,
    description:
      'The worst result of the checks. With `starting`, `catching_up` and `degraded`, queries are answered 503, though events may be accepted.',
    example: 'ok',
  })
  status!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', enum: [...OUTCOMES] },
    description: 'The state of each dependency, by name.',
    example: { log: 'ok', store: 'ok' },
  })
  checks!: Record<string, string>;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Why a check is `starting`, `catching_up` or `degraded`, by name; left out if none is.',
    example: {
      projection: 'the store is catching up with its log: About 1200 records are not in the store yet',
    },
  })
  reasons?: Record<string, string>;
}

const READY = { status: 'ok', checks: { log: 'ok', store: 'ok' } };
const NOT_READY = { status: 'unavailable', checks: { log: 'ok', store: 'unavailable' } };

/** `/health/live`: the process answers. `/health/ready`: so do its dependencies. */
@Controller('health')
@Public()
@ApiTags('operations')
export class HealthController {
  constructor(@Inject(READINESS_CHECKS) private readonly checks: ReadinessChecks) {}

  @Get('live')
  @ApiOperation({ summary: 'Reports whether the process answers', security: [] })
  @ApiOkResponse({ description: 'The process answers.', type: LiveAnswer, example: { status: 'ok' } })
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Reports whether the process can do its work', security: [] })
  @ApiOkResponse({ description: 'The process can do its work.', type: ReadyAnswer, example: READY })
  @ApiResponse({
    status: 503,
    description: 'The process cannot do its work at the moment.',
    type: ReadyAnswer,
    example: NOT_READY,
  })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const results = await Promise.all(
      Object.entries(this.checks).map(async ([name, check]) => ({ name, ...(await resultOf(check)) })),
    );
    const worst = Math.max(...results.map(({ outcome }) => OUTCOMES.indexOf(outcome)));
    const reasons = results.flatMap(({ name, reason }) => (reason === undefined ? [] : [[name, reason]]));
    await reply.code(results.every(({ isReady }) => isReady) ? 200 : 503).send({
      status: OUTCOMES[worst],
      checks: Object.fromEntries(results.map(({ name, outcome }) => [name, outcome])),
      ...(reasons.length === 0 ? {} : { reasons: Object.fromEntries(reasons) }),
    });
  }
}

interface CheckResult {
  readonly outcome: Outcome;
  readonly isReady: boolean;
  readonly reason?: string;
}

async function resultOf(check: () => Promise<void>): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timed out')), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), timeout]);
    return { outcome: 'ok', isReady: true };
  } catch (error) {
    if (!(error instanceof DegradedError)) return { outcome: 'unavailable', isReady: false };
    return { outcome: error.outcome, isReady: error.isReady, reason: error.message };
  } finally {
    clearTimeout(timer);
  }
}
