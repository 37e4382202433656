import { IsIn, IsInt, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { CONTACT_ACTIONS, type ContactAction } from '#domain';
import { MAX_TEXT_LENGTH } from '../rejections/rejection.js';
import { PLAIN_TEXT } from './status-event.dto.js';

/** The body of `POST /ccwfm/api/rest/contact` once it was read leniently; see `docs/semantics.md` 4. */
export class ContactEventDto {
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'The external system that the event is of.', examples: ['External system'] })
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
  @JSONSchema({ description: 'The group that the contact came to.', examples: ['1'] })
  groupId!: string;

  /** Seconds since the Unix epoch, or milliseconds from 100 000 000 000 on. */
  @IsInt()
  @JSONSchema({
    description: 'When the step was: seconds since the Unix epoch, or milliseconds from 100 000 000 000 on.',
    examples: [1568816347],
  })
  actionTime!: number;

  @IsString()
  @IsIn([...CONTACT_ACTIONS])
  @JSONSchema({ description: 'The step in the life of the contact.', examples: ['queued'] })
  action!: ContactAction;

  /** Required by the actions that an agent does. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'The agent; required by the actions that an agent does.', examples: ['1'] })
  workerId?: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'The customer, by which unique contacts are told.', examples: ['customer-3'] })
  customerId?: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'How the contact came.', examples: ['CHATS'] })
  channelType?: string;
}
