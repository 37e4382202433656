import { IsIn, IsInt, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { CONTACT_ACTIONS, type ContactAction } from '#domain';
import { MAX_TEXT_LENGTH } from './rejection.js';
import { PLAIN_TEXT } from './status-event.dto.js';

/** The body of `POST /ccwfm/api/rest/contact` once it was read leniently; see `docs/semantics.md` 4. */
export class ContactEventDto {
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  systemId!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  contactId!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  groupId!: string;

  /** Seconds since the Unix epoch, or milliseconds from 100 000 000 000 on. */
  @IsInt()
  actionTime!: number;

  @IsString()
  @IsIn([...CONTACT_ACTIONS])
  action!: ContactAction;

  /** Required by the actions that an agent does. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  workerId?: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  customerId?: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  channelType?: string;
}
