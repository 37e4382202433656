/** The settings of the service that its answers about statuses depend on. */
export interface AnswerRules {
  readonly stateMaxAgeMs: number;
  readonly sessionGapMs: number;
  readonly offlineStateCodes: readonly string[];
  /** Of groups that are in no service of the directory. */
  readonly serviceId: string;
}

/** All settings of the service that its answers depend on. */
export interface ServiceRules extends AnswerRules {
  /** The longest wait of a contact that was answered in time. */
  readonly serviceLevelMs: number;
  /** A contact that was not touched for longer, and has not ended, is in no online figure. */
  readonly contactMaxAgeMs: number;
  /** The IANA zone whose days count. */
  readonly timeZone: string;
}

/** What a service does whose settings nobody has changed. */
export const DEFAULT_RULES: ServiceRules = {
  stateMaxAgeMs: 43_200_000,
  sessionGapMs: 60_000,
  offlineStateCodes: ['Offline', 'Logout'],
  serviceId: '1',
  serviceLevelMs: 20_000,
  contactMaxAgeMs: 86_400_000,
  timeZone: 'UTC',
};

/** A period `[start, end)` in milliseconds since the Unix epoch. */
export interface Period {
  readonly start: number;
  readonly end: number;
}
