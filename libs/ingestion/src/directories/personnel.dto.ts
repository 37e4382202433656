import { Allow, IsArray, IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { CHANNEL_TYPES, DIRECTORY_STATUSES, type ChannelType, type DirectoryStatus } from '#domain';
import { bodySchemaOf } from '../parsing/body-schema.js';
import { MAX_TEXT_LENGTH } from '../rejections/rejection.js';
import { PLAIN_TEXT } from '../messages/status-event.dto.js';

const LOGIN = { type: 'string', maxLength: MAX_TEXT_LENGTH, pattern: PLAIN_TEXT.source } as const;

type SchemaItems = NonNullable<Extract<Parameters<typeof JSONSchema>[0], { items?: unknown }>['items']>;

/** A list of objects that the DTO describes. */
function IsListOf(dto: new () => object, description: string): PropertyDecorator {
  return (target, property) => {
    IsArray()(target, property);
    const items = bodySchemaOf(dto) as unknown as SchemaItems;
    JSONSchema({ description, items })(target, property as string);
  };
}

/** A group of a service (spec 3.1.2.3.1.1). */
export class DirectoryGroupDto {
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'The group.', examples: ['1'] })
  id!: string;

  @IsString()
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'Its name.', examples: ['Individual Support'] })
  name!: string;

  @IsIn([...DIRECTORY_STATUSES])
  @JSONSchema({ description: 'Whether it is in use.', examples: ['ACTIVE'] })
  status!: DirectoryStatus;

  @IsOptional()
  @IsIn([...CHANNEL_TYPES])
  @JSONSchema({ description: 'The channel of its contacts.', examples: ['CHATS'] })
  channelType?: ChannelType;
}

/** A service and its groups (spec 3.1.2.3.1). */
export class DirectoryServiceDto {
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'The service.', examples: ['External system'] })
  id!: string;

  @IsString()
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'Its name.', examples: ['External system'] })
  name!: string;

  @IsIn([...DIRECTORY_STATUSES])
  @JSONSchema({ description: 'Whether it is in use.', examples: ['ACTIVE'] })
  status!: DirectoryStatus;

  @IsOptional()
  @IsListOf(DirectoryGroupDto, 'Its groups.')
  serviceGroups?: DirectoryGroupDto[];
}

/** A group that an agent works for (spec 3.1.2.3.2.1). */
export class AgentGroupDto {
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'The group.', examples: ['1'] })
  groupId!: string;
}

/** An employee's account (spec 3.1.2.3.2). */
export class DirectoryAgentDto {
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'The agent.', examples: ['1'] })
  id!: string;

  @IsString()
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'First name, or the full name if it is not split.', examples: ['John'] })
  name!: string;

  @IsOptional()
  @IsString()
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'Surname.', examples: ['Smith'] })
  surname?: string;

  @IsOptional()
  @IsString()
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'Middle name.', examples: ['William'] })
  secondName?: string;

  @IsOptional()
  @IsString()
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'Personnel number.', examples: ['230-15'] })
  agentNumber?: string;

  /** A string or a list: the table of the spec shows one, its example the other. */
  @IsOptional()
  @Allow()
  @JSONSchema({
    description: "One or several logins of the company's single sign-on.",
    anyOf: [LOGIN, { type: 'array', items: LOGIN }],
    examples: ['j.smith'],
  })
  loginSSO?: string | string[];

  @IsOptional()
  @IsListOf(AgentGroupDto, 'Groups that the agent works for.')
  agentGroups?: AgentGroupDto[];
}

/** The body of `PUT /ccwfm/api/rest/personnel`; see `docs/semantics.md` 5. */
export class PersonnelDto {
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({
    description: 'The external system that the directory belongs to.',
    examples: ['External system'],
  })
  systemId!: string;

  @IsOptional()
  @IsListOf(
    DirectoryServiceDto,
    'Services. If left out, one service that stands for the system has all groups.',
  )
  services?: DirectoryServiceDto[];

  @IsOptional()
  @IsListOf(DirectoryAgentDto, 'Agents.')
  agents?: DirectoryAgentDto[];
}
