import { isoTime } from '#domain';
import type { AnomalyStore, ListedAnomaly } from '#store';
import { contactEventAnswer, statusEventAnswer } from './event-answer.js';

/** What each kind means, in plain words. */
const MEANINGS: Readonly<Record<string, string>> = {
  lost_exit:
    'The state was never reported as left: another was entered while it was open. It ends where the next was entered, or not at all if that came after STATE_MAX_AGE_SECONDS.',
  orphan_exit:
    'A state was reported as left that was not open: its enter was lost, or came with another time.',
  contradicting_enters:
    'Several states were entered at one instant. The one that was left first is taken; the others last no time.',
  lost_end: 'The contact went on elsewhere while a leg of it was running: the end of that leg was lost.',
  orphan_step: 'A step of a contact fits no leg: what should have come before it was lost.',
};

/** An anomaly with the raw events around it, so that one sees why. */
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
