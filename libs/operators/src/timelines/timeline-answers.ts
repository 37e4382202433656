import { ApiProperty } from '@nestjs/swagger';
import type { EndedBy, LegOutcome } from '#domain';
import { StatusEventView } from './event-answers.js';

/** A record, so that the compiler reports a missing one. */
const ENDED_BY: Readonly<Record<EndedBy, true>> = {
  exit: true,
  next_enter: true,
  superseded: true,
  unknown: true,
  open: true,
};
const OUTCOMES: Readonly<Record<LegOutcome, true>> = {
  processed: true,
  missed: true,
  running: true,
  unended: true,
};

/** An interval in one state, with the events behind it. */
export class IntervalView {
  @ApiProperty({
    format: 'date-time',
    description: 'Start of the interval.',
    example: '2020-01-01T10:10:36Z',
  })
  start!: string;

  @ApiProperty({
    format: 'date-time',
    required: false,
    description: 'End of the interval; absent if unknown.',
    example: '2020-01-01T10:15:36Z',
  })
  end?: string;

  @ApiProperty({ description: "The platform's id of the state.", example: 'Work' })
  stateCode!: string;

  @ApiProperty({ description: "The platform's name of the state.", example: 'Contact processing' })
  stateName!: string;

  @ApiProperty({
    enum: Object.keys(ENDED_BY),
    description:
      'What ended it: its exit, the next enter (its exit was lost), another enter at the same instant, something unknown, or nothing yet.',
    example: 'exit',
  })
  endedBy!: EndedBy;

  @ApiProperty({
    description: 'Whether `agentStatusData` returns it for the same period.',
    example: true,
  })
  inAgentStatusData!: boolean;

  @ApiProperty({
    required: false,
    description: 'Why `agentStatusData` does not return it, in plain words; absent if it does.',
    example: 'it has not ended yet',
  })
  notServedBecause?: string;

  @ApiProperty({
    type: () => StatusEventView,
    required: false,
    description: 'The event that entered the state.',
  })
  enteredBy?: StatusEventView;

  @ApiProperty({
    type: () => [StatusEventView],
    description:
      'The exit or enter that ended it, the enters that superseded it, or, if its end is unknown, the enter that came too late to end it.',
  })
  endingEvents!: StatusEventView[];
}

/** The states of an agent in a system, for one group or for none. */
export class TimelineAnswer {
  @ApiProperty({ description: 'The system.', example: 'External system' })
  systemId!: string;

  @ApiProperty({
    required: false,
    description: 'The group that the states were set for; absent if there was none.',
    example: '1',
  })
  groupId?: string;

  @ApiProperty({
    type: () => [IntervalView],
    description: 'Intervals that overlap the period, from the rows that answers are made from.',
  })
  intervals!: IntervalView[];

  @ApiProperty({
    type: () => [StatusEventView],
    description: 'Exits without an enter, which was lost.',
  })
  unpairedExits!: StatusEventView[];
}

/** A login session. */
export class SessionView {
  @ApiProperty({ description: 'The system.', example: 'External system' })
  systemId!: string;

  @ApiProperty({ format: 'date-time', description: 'Login.', example: '2020-01-01T10:03:15Z' })
  loginDate!: string;

  @ApiProperty({ format: 'date-time', description: 'Logout.', example: '2020-01-01T12:30:05Z' })
  logoutDate!: string;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    minimum: 0,
    description: 'Time from login to logout, in milliseconds.',
    example: 8_810_000,
  })
  duration!: number;
}

/** The part of a contact's life in one group. */
export class LegView {
  @ApiProperty({ description: 'The system.', example: 'External system' })
  systemId!: string;

  @ApiProperty({ description: 'The contact.', example: 'c-17' })
  contactId!: string;

  @ApiProperty({ description: 'The group.', example: '1' })
  groupId!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'When the contact reached the group.',
    example: '2020-01-01T10:02:50Z',
  })
  begin!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'When the agent answered it.',
    example: '2020-01-01T10:03:15Z',
  })
  answered!: string;

  @ApiProperty({
    format: 'date-time',
    required: false,
    description: 'When the conversation ended; absent while it lasts, or if its end was lost.',
    example: '2020-01-01T10:08:15Z',
  })
  ended?: string;

  @ApiProperty({ enum: Object.keys(OUTCOMES), description: 'The outcome.', example: 'processed' })
  outcome!: LegOutcome;

  @ApiProperty({
    required: false,
    description: 'The channel of the contact, if its events state it.',
    example: 'CHATS',
  })
  channelType?: string;
}

/** Explains the answers about an agent; see `docs/semantics.md` 7. */
export class AgentTimelineAnswer {
  @ApiProperty({ description: 'The agent.', example: '1' })
  agentId!: string;

  @ApiProperty({ format: 'date-time', description: 'Start of the period.', example: '2020-01-01T00:00:00Z' })
  from!: string;

  @ApiProperty({ format: 'date-time', description: 'End of the period.', example: '2020-01-02T00:00:00Z' })
  to!: string;

  @ApiProperty({
    type: () => [TimelineAnswer],
    description: 'The states by system and group, those without a group first.',
  })
  timelines!: TimelineAnswer[];

  @ApiProperty({
    type: () => [SessionView],
    description: 'The sessions that `agentLoginData` returns for the period.',
  })
  sessions!: SessionView[];

  @ApiProperty({
    type: () => [LegView],
    description: 'Contacts that the agent answered and whose conversation overlaps the period.',
  })
  legs!: LegView[];
}
