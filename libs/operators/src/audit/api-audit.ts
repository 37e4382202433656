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
      summary: 'Compares the store with its raw events',
      description:
        'Returns a line of JSON for each step. An audit only reads, pauses for as long as it works, and only one runs at a time. docs/semantics.md 7 defines each line.',
    }),
    ApiQuery({
      name: 'sample',
      required: false,
      description: 'How many random timelines and contacts to compare; the whole store by default.',
      schema: { type: 'integer', minimum: 1, maximum: 10_000, examples: [200] },
    }),
    ApiQuery({
      name: 'seed',
      required: false,
      description: 'Selects the sample; random by default. The answer includes it.',
      schema: { type: 'integer', minimum: 0, maximum: 4_294_967_295, examples: [7] },
    }),
    ApiOkResponse({
      description:
        'The progress and the differences. The answer is complete only if its last line is a `summary`.',
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
