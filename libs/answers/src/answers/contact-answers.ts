import { ApiProperty } from '@nestjs/swagger';

const COUNT = { type: 'integer', format: 'int64', minimum: 0 } as const;
const MILLISECONDS = { type: 'integer', format: 'int64', minimum: 0 } as const;

/** The contacts of a group in one interval of the period (spec 3.2.2.3.1.1). */
export class HistoricData {
  @ApiProperty({
    format: 'date-time',
    description: 'Start of the interval.',
    example: '2020-01-01T00:00:00Z',
  })
  startInterval!: string;

  @ApiProperty({ format: 'date-time', description: 'End of the interval.', example: '2020-01-01T00:05:00Z' })
  endInterval!: string;

  @ApiProperty({ ...COUNT, description: 'Contacts received, unique or not.', example: 15 })
  notUniqueReceived!: number;

  @ApiProperty({ ...COUNT, description: 'How many of them were processed.', example: 10 })
  notUniqueTreated!: number;

  @ApiProperty({ ...COUNT, description: 'How many of them were lost.', example: 5 })
  notUniqueMissed!: number;

  @ApiProperty({
    ...COUNT,
    description: "Unique contacts received: each customer's first of the day in the service and group.",
    example: 10,
  })
  receivedCalls!: number;

  @ApiProperty({ ...COUNT, description: 'How many of them were processed.', example: 8 })
  treatedCalls!: number;

  @ApiProperty({ ...COUNT, description: 'How many of them were lost.', example: 2 })
  missCalls!: number;

  @ApiProperty({
    ...MILLISECONDS,
    description: 'Average handling time of processed contacts (ring, talk, hold), in milliseconds.',
    example: 360_000,
  })
  aht!: number;

  @ApiProperty({
    ...MILLISECONDS,
    description: 'Average after-contact work, in milliseconds.',
    example: 3_000,
  })
  postProcessing!: number;
}

/** The contacts of a group (spec 3.2.2.3.1). */
export class ServiceGroupHistoricDataAnswer {
  @ApiProperty({ description: 'Service of the group.', example: '1' })
  serviceId!: string;

  @ApiProperty({ description: 'The group.', example: '1' })
  groupId!: string;

  @ApiProperty({
    type: () => [HistoricData],
    description: 'Intervals with any contacts, in order of their start.',
  })
  historicData!: HistoricData[];
}

/** A contact that an agent processed (spec 3.5.2.3.1.1). */
export class AgentCall {
  @ApiProperty({
    format: 'date-time',
    description: 'Start of the processing.',
    example: '2020-01-01T10:03:15Z',
  })
  startCall!: string;

  @ApiProperty({
    format: 'date-time',
    description: 'End of the processing.',
    example: '2020-01-01T10:08:15Z',
  })
  endCall!: string;

  @ApiProperty({ ...MILLISECONDS, description: 'Time from start to end, in milliseconds.', example: 300_000 })
  duration!: number;
}

/** The contacts that an agent processed for a group (spec 3.5.2.3.1). */
export class AgentCallsAnswer {
  @ApiProperty({ description: 'The agent.', example: '1' })
  agentId!: string;

  @ApiProperty({ description: 'Service of the group.', example: '1' })
  serviceId!: string;

  @ApiProperty({ description: 'The group.', example: '1' })
  groupId!: string;

  @ApiProperty({
    type: () => [AgentCall],
    description: 'Contacts whose processing started within the period, in order of that start.',
  })
  agentCalls!: AgentCall[];
}

/** How long an agent was chatting on a day (spec 3.6.2.3.1). */
export class AgentChatsWorkTimeAnswer {
  @ApiProperty({ description: 'The agent.', example: '1' })
  agentId!: string;

  @ApiProperty({ format: 'date', description: "A day in the site's time zone.", example: '2020-01-01' })
  workDate!: string;

  @ApiProperty({
    ...MILLISECONDS,
    description: 'Time on that day, within the period, with at least one chat, in milliseconds.',
    example: 3_600_000,
  })
  workTime!: number;
}

/** The current load of a group, and its figures of today (spec 4.3.2.3.1). */
export class GroupOnlineLoadAnswer {
  @ApiProperty({ description: 'Service of the group.', example: '1' })
  serviceId!: string;

  @ApiProperty({ description: 'The group.', example: '1' })
  groupId!: string;

  @ApiProperty({ ...COUNT, description: 'Contacts in the queue now.', example: 5 })
  callNumber!: number;

  @ApiProperty({
    ...COUNT,
    description: 'Agents who work for the group or wait for its contacts now.',
    example: 2,
  })
  operatorNumber!: number;

  @ApiProperty({ ...COUNT, required: false, description: 'Contacts received today.', example: 100 })
  callReceived?: number;

  @ApiProperty({
    ...MILLISECONDS,
    required: false,
    description: 'Average talk time today, in milliseconds.',
    example: 360_000,
  })
  aht?: number;

  @ApiProperty({
    type: 'number',
    format: 'double',
    minimum: 0,
    required: false,
    description: 'Contacts processed today as a percentage of those received.',
    example: 95.0554,
  })
  acd?: number;

  @ApiProperty({
    ...MILLISECONDS,
    required: false,
    description: 'Average time in the queue today, in milliseconds.',
    example: 20_000,
  })
  awt?: number;

  @ApiProperty({ ...COUNT, required: false, description: 'Contacts processed today.', example: 100 })
  callAnswered?: number;

  @ApiProperty({
    ...COUNT,
    required: false,
    description: 'How many of them were answered within `SERVICE_LEVEL_SECONDS`.',
    example: 100,
  })
  callAnsweredTst?: number;

  @ApiProperty({
    ...COUNT,
    required: false,
    description: 'Contacts that agents are handling now.',
    example: 100,
  })
  callProcessing?: number;
}
