import { ApiProperty } from '@nestjs/swagger';

/** A stay in one state (spec 3.3.2.3.1.1). */
export class AgentStateInterval {
  @ApiProperty({ format: 'date-time', description: 'Start of the state.', example: '2020-01-01T10:15:36Z' })
  startDate!: string;

  @ApiProperty({ format: 'date-time', description: 'End of the state.', example: '2020-01-01T10:18:36Z' })
  endDate!: string;

  @ApiProperty({ description: "The platform's id of the state.", example: 'Break' })
  stateCode!: string;

  @ApiProperty({ description: "The platform's name of the state.", example: 'Technical break' })
  stateName!: string;
}

/** The states of an agent for one group (spec 3.3.2.3.1). */
export class AgentStateAnswer {
  @ApiProperty({
    required: false,
    description: 'Service of the group; absent if the states have no group.',
    example: '1',
  })
  serviceId?: string;

  @ApiProperty({
    required: false,
    description: 'Group that the states were set for, or that they count for; absent if they have no group.',
    example: '1',
  })
  groupId?: string;

  @ApiProperty({ description: 'The agent.', example: '1' })
  agentId!: string;

  @ApiProperty({
    type: () => [AgentStateInterval],
    description: 'States that start or end within the period, in order of their start.',
  })
  states!: AgentStateInterval[];
}

/** A login session (spec 3.4.2.3.1.1). */
export class AgentLogin {
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

/** The login sessions of an agent (spec 3.4.2.3.1). */
export class AgentLoginsAnswer {
  @ApiProperty({ description: 'The agent.', example: '1' })
  agentId!: string;

  @ApiProperty({
    type: () => [AgentLogin],
    description: 'Sessions with a login or logout within the period, in order of their login.',
  })
  logins!: AgentLogin[];
}

/** The current state of an active agent (spec 4.2.2.3.1). */
export class AgentOnlineStatusAnswer {
  @ApiProperty({ description: 'The agent.', example: '1' })
  agentId!: string;

  @ApiProperty({ description: "The platform's id of the state.", example: 'Break' })
  stateCode!: string;

  @ApiProperty({ description: "The platform's name of the state.", example: 'Technical break' })
  stateName!: string;

  @ApiProperty({ format: 'date-time', description: 'Start of the state.', example: '2020-01-01T15:25:13Z' })
  startDate!: string;
}
