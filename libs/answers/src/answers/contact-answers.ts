import { ApiProperty } from '@nestjs/swagger';

const COUNT = { type: 'integer', format: 'int64', minimum: 0 } as const;
const MILLISECONDS = { type: 'integer', format: 'int64', minimum: 0 } as const;

/** What came to a group in one step of the period (spec 3.2.2.3.1.1). */
export class HistoricData {
  @ApiProperty({
    format: 'date-time',
    description: 'Begin of the interval.',
    example: '2020-01-01T00:00:00Z',
  })
  startInterval!: string;

  @ApiProperty({ format: 'date-time', description: 'End of the interval.', example: '2020-01-01T00:05:00Z' })
  endInterval!: string;

  @ApiProperty({ ...COUNT, description: 'Contacts that came, unique or not.', example: 15 })
  notUniqueReceived!: number;

  @ApiProperty({ ...COUNT, description: 'Of these, processed.', example: 10 })
  notUniqueTreated!: number;

  @ApiProperty({ ...COUNT, description: 'Of these, lost.', example: 5 })
  notUniqueMissed!: number;

  @ApiProperty({
    ...COUNT,
    description: "Contacts that came and were their customer's first of the day in the service and group.",
    example: 10,
  })
  receivedCalls!: number;

  @ApiProperty({ ...COUNT, description: 'Of these, processed.', example: 8 })
  treatedCalls!: number;

  @ApiProperty({ ...COUNT, description: 'Of these, lost.', example: 2 })
  missCalls!: number;

  @ApiProperty({
    ...MILLISECONDS,
    description: 'Mean time of handling the processed ones (ring, talk, hold), in milliseconds.',
    example: 360_000,
  })
  aht!: number;

  @ApiProperty({
    ...MILLISECONDS,
    description: 'Mean time of work after it, in milliseconds.',
    example: 3_000,
  })
  postProcessing!: number;
}

/** What came to a group (spec 3.2.2.3.1). */
export class ServiceGroupHistoricDataAnswer {
  @ApiProperty({ description: 'Service of the group.', example: '1' })
  serviceId!: string;

  @ApiProperty({ description: 'The group.', example: '1' })
  groupId!: string;

  @ApiProperty({ type: () => [HistoricData], description: 'Intervals in which anything came, by begin.' })
  historicData!: HistoricData[];
}

/** A contact that an agent processed (spec 3.5.2.3.1.1). */
export class AgentCall {
  @ApiProperty({
    format: 'date-time',
    description: 'Begin of the processing.',
    example: '2020-01-01T10:03:15Z',
  })
  startCall!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'End of the processing.',
    example: '2020-01-01T10:08:15Z',
  })
  endCall!: string;

  @ApiProperty({ ...MILLISECONDS, description: 'From begin to end, in milliseconds.', example: 300_000 })
  duration!: number;
}

/** What an agent processed for a group (spec 3.5.2.3.1). */
export class AgentCallsAnswer {
  @ApiProperty({ description: 'The agent.', example: '1' })
  agentId!: string;

  @ApiProperty({ description: 'Service of the group.', example: '1' })
  serviceId!: string;

  @ApiProperty({ description: 'The group.', example: '1' })
  groupId!: string;

  @ApiProperty({
    type: () => [AgentCall],
    description: 'Contacts whose processing began within the period, by begin.',
  })
  agentCalls!: AgentCall[];
}

/** How long an agent had a chat on a day (spec 3.6.2.3.1). */
export class AgentChatsWorkTimeAnswer {
  @ApiProperty({ description: 'The agent.', example: '1' })
  agentId!: string;

  @ApiProperty({ format: 'date', description: "A day in the site's time zone.", example: '2020-01-01' })
  workDate!: string;

  @ApiProperty({
    ...MILLISECONDS,
    description: 'Time of that day and within the period with at least one chat, in milliseconds.',
    example: 3_600_000,
  })
  workTime!: number;
}

/** How a group does now, and has done today (spec 4.3.2.3.1). */
export class GroupOnlineLoadAnswer {
  @ApiProperty({ description: 'Service of the group.', example: '1' })
  serviceId!: string;

  @ApiProperty({ description: 'The group.', example: '1' })
  groupId!: string;

  @ApiProperty({ ...COUNT, description: 'Contacts in the queue now.', example: 5 })
  callNumber!: number;

  @ApiProperty({
    ...COUNT,
    description: 'Agents who work for the group or wait for contacts now.',
    example: 2,
  })
  operatorNumber!: number;

  @ApiProperty({ ...COUNT, required: false, description: 'Contacts that came today.', example: 100 })
  callReceived?: number;

  @ApiProperty({
    ...MILLISECONDS,
    required: false,
    description: 'Mean talk time today, in milliseconds.',
    example: 360_000,
  })
  aht?: number;

  @ApiProperty({
    type: 'number',
    format: 'double',
    minimum: 0,
    required: false,
    description: 'Processed contacts as a percentage of those that came today.',
    example: 95.0554,
  })
  acd?: number;

  @ApiProperty({
    ...MILLISECONDS,
    required: false,
    description: 'Mean time in the queue today, in milliseconds.',
    example: 20_000,
  })
  awt?: number;

  @ApiProperty({ ...COUNT, required: false, description: 'Contacts processed today.', example: 100 })
  callAnswered?: number;

  @ApiProperty({
    ...COUNT,
    required: false,
    description: 'Of these, those that were answered within `SERVICE_LEVEL_SECONDS`.',
    example: 100,
  })
  callAnsweredTst?: number;

  @ApiProperty({ ...COUNT, required: false, description: 'Contacts that agents have now.', example: 100 })
  callProcessing?: number;
}
