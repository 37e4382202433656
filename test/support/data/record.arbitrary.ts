import fc from 'fast-check';
import {
  CHANNEL_TYPES,
  DIRECTORY_STATUSES,
  type ContactEvent,
  type Directory,
  type DirectoryAgent,
  type DirectoryGroup,
  type DirectoryService,
  type StatusEvent,
} from '#domain';
import {
  MAX_NUMBER,
  MAX_RANGE_NUMBERS,
  MAX_REPORTED_RANGES,
  producerIdAt,
  type DeadLetter,
  type DeadLetterResend,
  type NumberRange,
  type RecordOrigin,
} from '#event-log';
import { MAX_TEXT_LENGTH, type RejectionReason } from '#ingestion';
import { anyContactStep } from '../../../libs/domain/src/contact.arbitrary.js';

/** An object, so that the compiler rejects a missing reason. */
const REASONS: Readonly<Record<RejectionReason, true>> = {
  malformed: true,
  missing_field: true,
  invalid_field: true,
  repeated_parameter: true,
  in_future: true,
  too_old: true,
  too_large: true,
  forbidden_system: true,
};

/** The reasons for which a post becomes a dead letter. */
export const REJECTION_REASONS = Object.keys(REASONS);

const LONGEST_TEXT = '\u{1f600}'.repeat(MAX_TEXT_LENGTH);
const anyPlainText = (minLength: number) =>
  fc.oneof(
    {
      weight: 20,
      arbitrary: fc.string({ unit: 'binary', minLength, maxLength: MAX_TEXT_LENGTH }).filter(isPlain),
    },
    { weight: 1, arbitrary: fc.constant(LONGEST_TEXT) },
  );
const isPlain = (text: string) => !/[\p{Cc}\p{Cs}]/u.test(text);
const anyId = anyPlainText(1);
const anyName = anyPlainText(0);
const anyText = fc.string({ unit: 'binary', size: 'small' });
const anyTime = fc.integer({ min: 0, max: 8_640_000_000_000_000 });

/** Any status event that a receiver accepts. */
export const anyAcceptedStatus: fc.Arbitrary<StatusEvent> = fc.record({
  systemId: anyId,
  workerId: anyId,
  groupId: fc.oneof(fc.constant(''), anyId),
  stateCode: anyId,
  stateName: anyName,
  actionTime: anyTime,
  action: fc.constantFrom('enter', 'exit'),
});

export const anyAcceptedContact: fc.Arbitrary<ContactEvent> = fc
  .tuple(
    anyContactStep,
    fc.record({ systemId: anyId, contactId: anyId, groupId: anyId, actionTime: anyTime }),
  )
  .map(([step, more]) => ({ ...step, ...more }));

const anyStatus = fc.constantFrom(...DIRECTORY_STATUSES);
const anyGroup: fc.Arbitrary<DirectoryGroup> = fc.record(
  { id: anyId, name: anyName, status: anyStatus, channelType: fc.constantFrom(...CHANNEL_TYPES) },
  { requiredKeys: ['id', 'name', 'status'] },
);
const anyService: fc.Arbitrary<DirectoryService> = fc.record(
  { id: anyId, name: anyName, status: anyStatus, serviceGroups: fc.array(anyGroup, { maxLength: 3 }) },
  { requiredKeys: ['id', 'name', 'status'] },
);
const anyAgent: fc.Arbitrary<DirectoryAgent> = fc.record(
  {
    id: anyId,
    name: anyName,
    surname: anyName,
    secondName: anyName,
    agentNumber: anyName,
    loginSSO: fc.oneof(anyName, fc.array(anyName, { maxLength: 3 })),
    agentGroups: fc.array(fc.record({ groupId: anyId }), { maxLength: 3 }),
  },
  { requiredKeys: ['id', 'name'] },
);

/** Any directory that passes the schema; ids may repeat, which no schema can exclude. */
export const anyAcceptedDirectory: fc.Arbitrary<Directory> = fc.record(
  { services: fc.array(anyService, { maxLength: 3 }), agents: fc.array(anyAgent, { maxLength: 3 }) },
  { requiredKeys: ['services'] },
);

const anyReason = fc.constantFrom(...REJECTION_REASONS);

export const anyDeadLetter: fc.Arbitrary<DeadLetter> = fc.record({
  type: fc.constantFrom('status', 'contact', 'personnel'),
  reason: anyReason,
  field: anyText,
  message: anyText,
  description: anyText,
  systemId: anyText,
  receivedAt: anyTime,
  remoteAddress: fc.oneof(fc.ipV4(), fc.ipV6()),
  bodyBytes: fc.nat(),
  bodyBase64: fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64')),
});

const REFUSAL_TEXTS = { reason: '', field: '', message: '', description: '' };
const anyOutcome = fc.oneof(
  fc.constant({ outcome: 'accepted' as const, ...REFUSAL_TEXTS }),
  fc.record({
    outcome: fc.constant('rejected' as const),
    reason: anyReason,
    field: anyText,
    message: anyText,
    description: anyText,
  }),
);

export const anyDeadLetterResend: fc.Arbitrary<DeadLetterResend> = fc
  .record({
    resendId: fc.uuid(),
    letterId: anyText,
    letterReceivedAt: anyTime,
    systemId: anyText,
    resentAt: anyTime,
    resentBy: fc.string({ maxLength: 256 }),
    corrected: fc.boolean(),
  })
  .chain((resend) => anyOutcome.map((outcome) => ({ ...resend, ...outcome })));

const anyRange: fc.Arbitrary<NumberRange> = fc
  .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: MAX_RANGE_NUMBERS - 1 }))
  .map(([from, more]) => [from, from + more]);

/** Any origin that a receiver can assign, up to the greatest sequence number and the most ranges. */
export const anyOrigin: fc.Arbitrary<RecordOrigin> = fc
  .record({
    producerId: fc
      .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }))
      .map(([second, bits]) => producerIdAt(second * 1000, bits)),
    sequence: fc.integer({ min: 3_000_000, max: MAX_NUMBER }),
    rejected: fc.array(anyRange, { maxLength: MAX_REPORTED_RANGES, size: 'max' }),
  })
  .chain((origin) =>
    fc.integer({ min: 0, max: origin.sequence - 1 }).map((lowWatermark) => ({ ...origin, lowWatermark })),
  );
