import { IsIn, IsInt, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { MAX_TEXT_LENGTH } from './rejection.js';

/** No control characters, and no halves of surrogate pairs, which have no UTF-8. */
export const PLAIN_TEXT = /^[^\p{Cc}\p{Cs}]*$/u;

/** The body of `POST /ccwfm/api/rest/status` (spec 4.1.2.2) once it was read leniently; `groupId` is ours. */
export class StatusEventDto {
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  workerId!: string;

  @IsString()
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  stateName!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  stateCode!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  systemId!: string;

  /** Seconds since the Unix epoch, or milliseconds from 100 000 000 000 on. */
  @IsInt()
  actionTime!: number;

  /** 1 when the state is entered, 0 when it is left. */
  @IsInt()
  @IsIn([0, 1])
  action!: number;

  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  groupId?: string;
}
