/** The settings of the service that its answers about statuses depend on. */
export interface AnswerRules {
  readonly stateMaxAgeMs: number;
  readonly sessionGapMs: number;
  readonly offlineStateCodes: readonly string[];
  /** The service of groups that the directory does not assign to any. */
  readonly serviceId: string;
}

/** All settings of the service that its answers depend on. */
export interface ServiceRules extends AnswerRules {
  /** The longest wait of a contact that still counts as answered in time. */
  readonly serviceLevelMs: number;
  /** A contact without an end, and without events for longer than this, does not count in online figures. */
  readonly contactMaxAgeMs: number;
  /** The IANA zone that defines days. */
  readonly timeZone: string;
}

/** The default settings of the service. */
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
