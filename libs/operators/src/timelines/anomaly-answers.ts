import { ApiProperty } from '@nestjs/swagger';
import { CONTACT_ACTIONS, type ContactAction } from '#domain';
import { ANOMALY_KINDS, CONTACT_ANOMALY_KINDS } from '#store';
import { ContactEventView, StatusEventView } from './event-answers.js';

const MEANING = { description: 'What the kind means, in plain words.' } as const;
const EVENTS = 'The raw events at that instant, 50 at most, and the 5 before and after it, in their order.';

/** A defect of the events of an agent. */
export class TimelineAnomaly {
  @ApiProperty({ enum: [...ANOMALY_KINDS], description: 'What is odd.', example: 'orphan_exit' })
  kind!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'The instant at which it shows.',
    example: '2020-01-01T10:10:36Z',
  })
  at!: string;

  @ApiProperty({
    ...MEANING,
    example: 'A state was reported as left that was not open: its enter was lost, or came with another time.',
  })
  meaning!: string;

  @ApiProperty({ description: 'The system.', example: 'External system' })
  systemId!: string;

  @ApiProperty({ description: 'The agent.', example: '1' })
  agentId!: string;

  @ApiProperty({
    required: false,
    description: 'The group that the states were set for; absent where they were set for none.',
    example: '1',
  })
  groupId?: string;

  @ApiProperty({ description: 'The state that it is about.', example: 'Work' })
  stateCode!: string;

  @ApiProperty({ type: () => [StatusEventView], description: EVENTS })
  events!: StatusEventView[];
}

/** A defect of the events of a contact. */
export class ContactAnomaly {
  @ApiProperty({ enum: [...CONTACT_ANOMALY_KINDS], description: 'What is odd.', example: 'orphan_step' })
  kind!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'The instant at which it shows.',
    example: '2020-01-01T10:03:15Z',
  })
  at!: string;

  @ApiProperty({
    ...MEANING,
    example: 'A step of a contact fits no leg: what should have come before it was lost.',
  })
  meaning!: string;

  @ApiProperty({ description: 'The system.', example: 'External system' })
  systemId!: string;

  @ApiProperty({ description: 'The contact.', example: 'c-17' })
  contactId!: string;

  @ApiProperty({
    enum: [...CONTACT_ACTIONS],
    description: 'The step at which it shows.',
    example: 'finished',
  })
  action!: ContactAction;

  @ApiProperty({ required: false, description: 'The agent, where the step has one.', example: '1' })
  agentId?: string;

  @ApiProperty({ required: false, description: 'The group, where the step has one.', example: '1' })
  groupId?: string;

  @ApiProperty({ type: () => [ContactEventView], description: EVENTS })
  events!: ContactEventView[];
}

/** A page of anomalies. */
export class AnomaliesAnswer {
  @ApiProperty({
    type: 'array',
    items: {
      anyOf: [
        { $ref: '#/components/schemas/TimelineAnomaly' },
        { $ref: '#/components/schemas/ContactAnomaly' },
      ],
    },
    description: 'The anomalies, newest first.',
  })
  anomalies!: (TimelineAnomaly | ContactAnomaly)[];

  @ApiProperty({
    required: false,
    description: 'Where there are more: what to send as `cursor`, with the same filters, for the next page.',
    example:
      'WzE1Nzc4NzM0MzYwMDAsInRpbWVsaW5lIiwiRXh0ZXJuYWwgc3lzdGVtIiwiIiwiMSIsIiIsIm9ycGhhbl9leGl0IiwiIiwiV29yayJd',
  })
  nextCursor?: string;
}
