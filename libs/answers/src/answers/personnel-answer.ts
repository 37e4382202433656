import { ApiProperty } from '@nestjs/swagger';
import { CHANNEL_TYPES, DIRECTORY_STATUSES, type ChannelType, type DirectoryStatus } from '#domain';

const STATUS = { enum: [...DIRECTORY_STATUSES], example: 'ACTIVE' };

/** A group of a service (spec 3.1.2.3.1.1). */
export class PersonnelGroup {
  @ApiProperty({ description: 'The group.', example: '1' })
  id!: string;

  @ApiProperty({ description: 'Its name.', example: 'Individual Support' })
  name!: string;

  @ApiProperty({ ...STATUS, description: 'Whether it is in use.' })
  status!: DirectoryStatus;

  @ApiProperty({
    enum: [...CHANNEL_TYPES],
    required: false,
    description: 'The channel of its contacts.',
    example: 'CHATS',
  })
  channelType?: ChannelType;
}

/** A service and its groups (spec 3.1.2.3.1). */
export class PersonnelService {
  @ApiProperty({ description: 'The service.', example: 'External system' })
  id!: string;

  @ApiProperty({ description: 'Its name.', example: 'External system' })
  name!: string;

  @ApiProperty({ ...STATUS, description: 'Whether it is in use.' })
  status!: DirectoryStatus;

  @ApiProperty({ type: () => [PersonnelGroup], required: false, description: 'Its groups.' })
  serviceGroups?: PersonnelGroup[];
}

/** A group that an agent works for (spec 3.1.2.3.2.1). */
export class PersonnelAgentGroup {
  @ApiProperty({ description: 'The group.', example: '1' })
  groupId!: string;
}

/** An employee's account (spec 3.1.2.3.2). */
export class PersonnelAgent {
  @ApiProperty({ description: 'The agent.', example: '1' })
  id!: string;

  @ApiProperty({ description: 'First name, or the full name if it is not split.', example: 'John' })
  name!: string;

  @ApiProperty({ required: false, description: 'Surname.', example: 'Smith' })
  surname?: string;

  @ApiProperty({ required: false, description: 'Middle name.', example: 'William' })
  secondName?: string;

  @ApiProperty({ required: false, description: 'Personnel number.', example: '230-15' })
  agentNumber?: string;

  @ApiProperty({
    required: false,
    description:
      "One or several logins of the company's single sign-on, in the form in which they were sent.",
    oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
    example: 'j.smith',
  })
  loginSSO?: string | string[];

  @ApiProperty({
    type: () => [PersonnelAgentGroup],
    description: 'Groups that the agent works for; at least one.',
  })
  agentGroups!: PersonnelAgentGroup[];
}

/** The directory in force (spec 3.1.2.3). */
export class PersonnelAnswer {
  @ApiProperty({
    type: () => [PersonnelService],
    description: 'Services; a system without any has one that stands for it.',
  })
  services!: PersonnelService[];

  @ApiProperty({
    type: () => [PersonnelAgent],
    required: false,
    description: 'Agents with groups; absent if the directory has no agents.',
  })
  agents?: PersonnelAgent[];
}
