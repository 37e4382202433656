import { ApiProperty } from '@nestjs/swagger';
import type { EndedBy, LegOutcome } from '#domain';
import { StatusEventView } from './event-answers.js';

/** As a record, so that the compiler sees to it that none is missing. */
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

/** A stay in one state, with the events that made it. */
export class IntervalView {
  @ApiProperty({ format: 'date-time', description: 'When it begins.', example: '2020-01-01T10:10:36Z' })
  start!: string;

  @ApiProperty({
    format: 'date-time',
    required: false,
    description: 'When it ends, where that is known.',
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
      'What ended it: its exit, the next enter (its exit was lost), another enter of the same instant, what cannot be known, or nothing yet.',
    example: 'exit',
  })
  endedBy!: EndedBy;

  @ApiProperty({
    description: 'Whether `agentStatusData` gives it for this very period.',
    example: true,
  })
  inAgentStatusData!: boolean;

  @ApiProperty({
    required: false,
    description: 'Why `agentStatusData` does not give it, in plain words, if it does not.',
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
      'The exit or enter that ended it, the enters that superseded it, or, if its end cannot be known, the enter that came too late to end it.',
  })
  endingEvents!: StatusEventView[];
}

/** The states of an agent in a system that were set for one group, or for none. */
export class TimelineAnswer {
  @ApiProperty({ description: 'The system.', example: 'External system' })
  systemId!: string;

  @ApiProperty({
    required: false,
    description: 'The group that the states were set for; absent where they were set for none.',
    example: '1',
  })
  groupId?: string;

  @ApiProperty({
    type: () => [IntervalView],
    description: 'Stays that have a part in the period, from the rows that answers are made from.',
  })
  intervals!: IntervalView[];

  @ApiProperty({
    type: () => [StatusEventView],
    description: 'Exits that ended nothing: their enter was lost.',
  })
  unpairedExits!: StatusEventView[];
}

/** A stay in a system. */
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
    description: 'From login to logout, in milliseconds.',
    example: 8_810_000,
  })
  duration!: number;
}

/** What became of a contact in a group, up to where it went on. */
export class LegView {
  @ApiProperty({ description: 'The system.', example: 'External system' })
  systemId!: string;

  @ApiProperty({ description: 'The contact.', example: 'c-17' })
  contactId!: string;

  @ApiProperty({ description: 'The group.', example: '1' })
  groupId!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'When the contact came to the group.',
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
    description: 'When that ended; absent while it lasts, or where the end was lost.',
    example: '2020-01-01T10:08:15Z',
  })
  ended?: string;

  @ApiProperty({ enum: Object.keys(OUTCOMES), description: 'What became of it.', example: 'processed' })
  outcome!: LegOutcome;

  @ApiProperty({
    required: false,
    description: 'How the contact came, where its events state it.',
    example: 'CHATS',
  })
  channelType?: string;
}

/** Why the answers about an agent are what they are; see `docs/semantics.md` 7. */
export class AgentTimelineAnswer {
  @ApiProperty({ description: 'The agent.', example: '1' })
  agentId!: string;

  @ApiProperty({ format: 'date-time', description: 'Begin of the period.', example: '2020-01-01T00:00:00Z' })
  from!: string;

  @ApiProperty({ format: 'date-time', description: 'End of the period.', example: '2020-01-02T00:00:00Z' })
  to!: string;

  @ApiProperty({ type: () => [TimelineAnswer], description: 'The states, by system and group, none first.' })
  timelines!: TimelineAnswer[];

  @ApiProperty({ type: () => [SessionView], description: 'What `agentLoginData` gives for the period.' })
  sessions!: SessionView[];

  @ApiProperty({
    type: () => [LegView],
    description: 'Contacts that the agent answered and whose talk has a part in the period.',
  })
  legs!: LegView[];
}
