import { encodeContactRecord, encodePersonnelRecord, encodeStatusRecord, Topic } from '#event-log';
import type { Entry } from '#ingestion';
import type { Step } from './plan.js';

/** What a receiver writes to the log for a step in which something is sent. */
export function entryOf(
  step: Step & { readonly kind: 'status' | 'contact' | 'directory' },
  receivedAt: number,
): Entry {
  switch (step.kind) {
    case 'status': {
      const { event } = step;
      const record = encodeStatusRecord({ event, receivedAt });
      return { type: 'status', topic: Topic.status, record, systemId: event.systemId };
    }
    case 'contact': {
      const { event } = step;
      const record = encodeContactRecord({ event, receivedAt });
      return { type: 'contact', topic: Topic.contact, record, systemId: event.systemId };
    }
    case 'directory': {
      const { systemId } = step;
      const agents = Array.from({ length: step.agents }, (_, n) => ({ id: `${n}`, name: `agent ${n}` }));
      const record = encodePersonnelRecord({ systemId, receivedAt, directory: { services: [], agents } });
      return { type: 'personnel', topic: Topic.personnel, record, systemId };
    }
  }
}
