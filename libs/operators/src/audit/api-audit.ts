import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ApiErrors } from '#edge';

const LINES = [
  { audit: { sample: 200, seed: 7 } },
  {
    difference: {
      table: 'state_intervals',
      side: 'missing',
      row: [
        'External system',
        '1',
        '',
        '2020-01-01 10:15:36.000',
        null,
        'Work',
        'Contact processing',
        'open',
      ],
    },
  },
  { progress: { done: 1, parts: 2 } },
  { progress: { done: 2, parts: 2 } },
  { summary: { differences: 1, tables: 7, rows: 12_800, seconds: 1.5 } },
];

/** Describes `GET /ops/audit` for the API document. */
export function ApiAudit(): MethodDecorator {
  return applyDecorators(
    ApiTags('operations'),
    ApiOperation({
      operationId: 'audit',
      summary: 'Compares the store with what its raw events say',
      description:
        'A line of JSON for each step. It reads only, rests as long as it works, and one runs at a time. docs/semantics.md 7 says what each line means.',
    }),
    ApiQuery({
      name: 'sample',
      required: false,
      description: 'Compare so many random timelines and contacts; the whole store unless given.',
      schema: { type: 'integer', minimum: 1, maximum: 10_000, examples: [200] },
    }),
    ApiQuery({
      name: 'seed',
      required: false,
      description: 'Which sample; the answer tells the one that was taken.',
      schema: { type: 'integer', minimum: 0, maximum: 4_294_967_295, examples: [7] },
    }),
    ApiOkResponse({
      description: 'What was compared and what differs. Whole only if the last line is a `summary`.',
      content: {
        'application/x-ndjson': {
          schema: { type: 'string' },
          example: LINES.map((line) => `${JSON.stringify(line)}\n`).join(''),
        },
      },
    }),
    ApiErrors(400, 401, 403, 409, 429, 500),
  );
}
