import { ApiProperty } from '@nestjs/swagger';
import { CONTACT_ACTIONS, type ContactAction, type StatusAction } from '#domain';

const SECONDS = { type: 'number', format: 'double' } as const;

/** A raw status event; its context gives the agent and the group. */
export class StatusEventView {
  @ApiProperty({
    format: 'date-time',
    description: "When it happened, by the sender's clock.",
    example: '2020-01-01T10:10:36Z',
  })
  actionTime!: string;

  @ApiProperty({
    enum: ['enter', 'exit'],
    description: 'Whether the state was entered or left.',
    example: 'exit',
  })
  action!: StatusAction;

  @ApiProperty({ description: "The platform's id of the state.", example: 'Work' })
  stateCode!: string;

  @ApiProperty({ description: "The platform's name of the state.", example: 'Contact processing' })
  stateName!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'When it was first received.',
    example: '2020-01-01T10:10:36.250Z',
  })
  receivedAt!: string;

  @ApiProperty({
    ...SECONDS,
    description:
      "How long after it happened it was received, in seconds; negative if the sender's clock is fast.",
    example: 0.25,
  })
  delaySeconds!: number;
}

/** A raw contact event; its context gives the contact. */
export class ContactEventView {
  @ApiProperty({
    format: 'date-time',
    description: "When it happened, by the sender's clock.",
    example: '2020-01-01T10:03:15Z',
  })
  actionTime!: string;

  @ApiProperty({
    enum: [...CONTACT_ACTIONS],
    description: 'The step in the life of the contact.',
    example: 'finished',
  })
  action!: ContactAction;

  @ApiProperty({ description: 'The group that the contact had reached.', example: '1' })
  groupId!: string;

  @ApiProperty({ required: false, description: 'The agent, if the event states one.', example: '1' })
  workerId?: string;

  @ApiProperty({
    required: false,
    description: 'The customer, if the event states one.',
    example: 'customer-3',
  })
  customerId?: string;

  @ApiProperty({
    required: false,
    description: 'The channel of the contact, if the event states it.',
    example: 'CHATS',
  })
  channelType?: string;

  @ApiProperty({
    format: 'date-time',
    description: 'When it was first received.',
    example: '2020-01-01T10:03:16Z',
  })
  receivedAt!: string;

  @ApiProperty({
    ...SECONDS,
    description:
      "How long after it happened it was received, in seconds; negative if the sender's clock is fast.",
    example: 1,
  })
  delaySeconds!: number;
}
