/** A state that the simulated platform knows: its code, and the name that people see. */
export interface AgentState {
  readonly code: string;
  readonly name: string;
}

export const READY: AgentState = { code: 'Ready', name: 'Ready for contacts' };
export const WORK: AgentState = { code: 'Work', name: 'Contact processing' };
export const AFTER_CALL: AgentState = { code: 'AfterCall', name: 'Wrap-up' };
export const LUNCH: AgentState = { code: 'Lunch', name: 'Обед' };
export const OFFLINE: AgentState = { code: 'Offline', name: 'Offline' };
export const LOGOUT: AgentState = { code: 'Logout', name: 'Logged out' };

/** Short pauses; the codes and names are ones that careless quoting or sorting would get wrong. */
export const PAUSES: readonly AgentState[] = [
  { code: 'Break', name: 'Technical break' },
  { code: 'Break/2', name: 'Break: "coffee", 5 min' },
  { code: 'Обучение', name: 'Training \\ обучение' },
];

/** Every state in which an agent is in the system. */
export const ONLINE_STATES: readonly AgentState[] = [READY, WORK, AFTER_CALL, LUNCH, ...PAUSES];
