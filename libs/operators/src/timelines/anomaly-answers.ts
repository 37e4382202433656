import { ApiProperty } from '@nestjs/swagger';
import { CONTACT_ACTIONS, type ContactAction } from '#domain';
import { ANOMALY_KINDS, CONTACT_ANOMALY_KINDS } from '#store';
import { ContactEventView, StatusEventView } from './event-answers.js';

const MEANING = { description: 'The meaning of the kind, in plain words.' } as const;
const EVENTS = 'The raw events at that instant (at most 50) and the 5 before and after it, in order.';

/** An anomaly in the events of an agent. */
export class TimelineAnomaly {
  @ApiProperty({ enum: [...ANOMALY_KINDS], description: 'The kind of anomaly.', example: 'orphan_exit' })
  kind!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'The instant at which it occurs.',
    example: '2020-01-01T10:10:36Z',
  })
  at!: string;

  @ApiProperty({
    ...MEANING,
    example: 'An exit was received for a state that was not open: its enter was lost, or has another time.',
  })
  meaning!: string;

  @ApiProperty({ description: 'The system.', example: 'External system' })
  systemId!: string;

  @ApiProperty({ description: 'The agent.', example: '1' })
  agentId!: string;

  @ApiProperty({
    required: false,
    description: 'The group that the states were set for; absent if there was none.',
    example: '1',
  })
  groupId?: string;

  @ApiProperty({ description: 'The state concerned.', example: 'Work' })
  stateCode!: string;

  @ApiProperty({ type: () => [StatusEventView], description: EVENTS })
  events!: StatusEventView[];
}

/** An anomaly in the events of a contact. */
export class ContactAnomaly {
  @ApiProperty({
    enum: [...CONTACT_ANOMALY_KINDS],
    description: 'The kind of anomaly.',
    example: 'orphan_step',
  })
  kind!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'The instant at which it occurs.',
    example: '2020-01-01T10:03:15Z',
  })
  at!: string;

  @ApiProperty({
    ...MEANING,
    example: 'A step of a contact matches no leg: the step before it was lost.',
  })
  meaning!: string;

  @ApiProperty({ description: 'The system.', example: 'External system' })
  systemId!: string;

  @ApiProperty({ description: 'The contact.', example: 'c-17' })
  contactId!: string;

  @ApiProperty({
    enum: [...CONTACT_ACTIONS],
    description: 'The step at which it occurs.',
    example: 'finished',
  })
  action!: ContactAction;

  @ApiProperty({ required: false, description: 'The agent, if the step has one.', example: '1' })
  agentId?: string;

  @ApiProperty({ required: false, description: 'The group, if the step has one.', example: '1' })
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
    description: 'The `cursor` of the next page, to be sent with the same filters; absent on the last page.',
    example:
      'WzE1Nzc4NzM0MzYwMDAsInRpbWVsaW5lIiwiRXh0ZXJuYWwgc3lzdGVtIiwiIiwiMSIsIiIsIm9ycGhhbl9leGl0IiwiIiwiV29yayJd',
  })
  nextCursor?: string;
}
