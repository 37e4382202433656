import { IsIn, IsInt, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { JSONSchema } from 'class-validator-jsonschema';
import { MAX_TEXT_LENGTH } from '../rejections/rejection.js';

/** No control characters, and no lone surrogates, which UTF-8 cannot encode. */
export const PLAIN_TEXT = /^[^\p{Cc}\p{Cs}]*$/u;

/** The body of `POST /ccwfm/api/rest/status` (spec 4.1.2.2) after lenient reading; `groupId` is an extension. */
export class StatusEventDto {
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'The agent.', examples: ['1'] })
  workerId!: string;

  @IsString()
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({
    description: "The platform's name of the state; may be empty.",
    examples: ['Technical break'],
  })
  stateName!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: "The platform's id of the state.", examples: ['Break'] })
  stateCode!: string;

  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'The external system that sends the event.', examples: ['External system'] })
  systemId!: string;

  /** Seconds since the Unix epoch, or milliseconds if at least 100 000 000 000. */
  @IsInt()
  @JSONSchema({
    description:
      'When the state changed: seconds since the Unix epoch, or milliseconds if at least 100 000 000 000.',
    examples: [1568816347],
  })
  actionTime!: number;

  /** 1 if the state is entered, 0 if it is left. */
  @IsInt()
  @IsIn([0, 1])
  @JSONSchema({ description: '1 if the state is entered, 0 if it is left.', examples: [1] })
  action!: number;

  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  @Matches(PLAIN_TEXT)
  @JSONSchema({ description: 'The group that the state is set for (an extension).', examples: ['1'] })
  groupId?: string;
}
