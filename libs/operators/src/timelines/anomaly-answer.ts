import type { AnomalyStore, ListedAnomaly } from '#store';
import { contactEventAnswer, statusEventAnswer } from './event-answer.js';
import { isoTime } from '#edge';

/** The meaning of each kind, in plain words. */
const MEANINGS: Readonly<Record<string, string>> = {
  lost_exit:
    'No exit was received for the state: another state was entered while it was open. It ends when the next one was entered, or has no known end if that was more than STATE_MAX_AGE_SECONDS later.',
  orphan_exit: 'An exit was received for a state that was not open: its enter was lost, or has another time.',
  contradicting_enters:
    'Several states were entered at the same instant. The one that was left first counts; the others get no duration.',
  lost_end:
    'The contact continued elsewhere while one of its legs was running: the end of that leg was lost.',
  orphan_step: 'A step of a contact matches no leg: the step before it was lost.',
};

/** An anomaly with the raw events around it, which show its cause. */
export async function anomalyAnswer(store: AnomalyStore, anomaly: ListedAnomaly) {
  const { kind, at, systemId, contactId, agentId, groupId, action, stateCode } = anomaly;
  const ofContact = anomaly.of === 'contact';
  return {
    kind,
    at: isoTime(at),
    meaning: MEANINGS[kind] ?? '',
    systemId,
    ...(ofContact ? { contactId, action } : { stateCode }),
    ...(agentId === '' ? {} : { agentId }),
    ...(groupId === '' ? {} : { groupId }),
    events: ofContact
      ? (await store.contactEventsAround(anomaly)).map(contactEventAnswer)
      : (await store.statusEventsAround(anomaly)).map(statusEventAnswer),
  };
}
