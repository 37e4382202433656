import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Requires } from './credentials/requires.js';

/** What has to be reachable for the process to be ready, by name; each rejects if it is not. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<void>>>;

export const READINESS_CHECKS = Symbol('ReadinessChecks');

const CHECK_TIMEOUT_MS = 5_000;

/** That the process answers. */
export class LiveAnswer {
  @ApiProperty({ enum: ['ok'], description: 'Always the same.', example: 'ok' })
  status!: string;
}

/** Whether the process can do its work, and what of that which it depends on can be reached. */
export class ReadyAnswer {
  @ApiProperty({ enum: ['ok', 'unavailable'], description: '`ok` if all checks are.', example: 'ok' })
  status!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', enum: ['ok', 'unavailable'] },
    description: 'What the process depends on, by name.',
    example: { log: 'ok', store: 'ok' },
  })
  checks!: Record<string, string>;
}

const READY = { status: 'ok', checks: { log: 'ok', store: 'ok' } };
const NOT_READY = { status: 'unavailable', checks: { log: 'ok', store: 'unavailable' } };

/** `/health/live`: the process answers. `/health/ready`: so does everything that it depends on. */
@Controller('health')
@Requires('nothing')
@ApiTags('operations')
export class HealthController {
  constructor(@Inject(READINESS_CHECKS) private readonly checks: ReadinessChecks) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process answers', security: [] })
  @ApiOkResponse({ description: 'It does.', type: LiveAnswer, example: { status: 'ok' } })
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether the process can do its work', security: [] })
  @ApiOkResponse({ description: 'It can.', type: ReadyAnswer, example: READY })
  @ApiResponse({ status: 503, description: 'It cannot at present.', type: ReadyAnswer, example: NOT_READY })
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const entries = await Promise.all(
      Object.entries(this.checks).map(async ([name, check]) => [name, await outcomeOf(check)] as const),
    );
    const ready = entries.every(([, outcome]) => outcome === 'ok');
    await reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ok' : 'unavailable', checks: Object.fromEntries(entries) });
  }
}

async function outcomeOf(check: () => Promise<void>): Promise<'ok' | 'unavailable'> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('timed out')), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), timeout]);
    return 'ok';
  } catch {
    return 'unavailable';
  } finally {
    clearTimeout(timer);
  }
}
