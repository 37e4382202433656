import { IsIn, IsInt, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { CONTACT_ACTIONS, type ContactAction } from '#domain';
import { MAX_TEXT_LENGTH } from '../rejections/rejection.js';
import { PLAIN_TEXT } from './status-event.dto.js';

/** The body of `POST /ccwfm/api/rest/contact` after lenient reading; see `docs/semantics.md` 4. */
export class ContactEventDto {
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'The external system that sends the event.', examples: ['External system'] })
  systemId!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'The contact.', examples: ['c-17'] })
  contactId!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'The group that received the contact.', examples: ['1'] })
  groupId!: string;

  /** Seconds since the Unix epoch, or milliseconds if at least 100 000 000 000. */
  @IsInt()
  @JSONSchema({
    description:
      'When the step happened: seconds since the Unix epoch, or milliseconds if at least 100 000 000 000.',
    examples: [1568816347],
  })
  actionTime!: number;

  @IsString()
  @IsIn([...CONTACT_ACTIONS])
  @JSONSchema({ description: 'The step in the life of the contact.', examples: ['queued'] })
  action!: ContactAction;

  /** Required for actions of an agent. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'The agent; required for actions of an agent.', examples: ['1'] })
  workerId?: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'The customer; unique contacts are counted by it.', examples: ['customer-3'] })
  customerId?: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'The channel of the contact.', examples: ['CHATS'] })
  channelType?: string;
}
