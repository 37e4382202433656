import { ids, SYSTEM, type EventStream } from './event-stream.js';
import { RequestTemplate } from './request-template.js';

/** Contacts in progress at the same time. The next ones begin when all of them have ended. */
const CONTACTS_AT_A_TIME = 1_000;
export const GROUPS = 1_000;
const CUSTOMERS = 700_000;

const COMMON = `"systemId":"${SYSTEM}","contactId":"C##########-########","groupId":"G######","actionTime":##########`;
const BY_WORKER = '"workerId":"A######"';

/** The steps of a contact, and how long after its beginning each happens. */
const STEPS = [
  {
    seconds: 0,
    body: `{${COMMON},"action":"queued","customerId":"K######","channelType":"INCOMING_CALLS"}`,
  },
  { seconds: 5, body: `{${COMMON},"action":"offered",${BY_WORKER}}` },
  { seconds: 8, body: `{${COMMON},"action":"answered",${BY_WORKER}}` },
  { seconds: 30, body: `{${COMMON},"action":"finished",${BY_WORKER}}` },
];
/** Seconds from a contact's beginning to that of its successor. */
const PERIOD_SECONDS = 30;

/** Contacts by turns that are queued, offered, answered and finished, each with a group, an agent and a customer. */
export class ContactStream implements EventStream {
  private made = 0;

  /**
   * @param agents how many agents take contacts.
   * @param firstSecond when the first contacts are queued, in seconds since the Unix epoch; streams with different
   *   values have different contacts.
   */
  constructor(
    private readonly agents: number,
    private readonly firstSecond: number,
  ) {}

  requests(): () => Buffer {
    const next = this.writer();
    return () => next().bytes;
  }

  bodies(): () => Buffer {
    const next = this.writer();
    return () => next().body;
  }

  private writer(): () => RequestTemplate {
    const requests = STEPS.map(({ body }) => new RequestTemplate('/ccwfm/api/rest/contact', body));
    return () => {
      const index = this.made++;
      const step = Math.floor(index / CONTACTS_AT_A_TIME) % STEPS.length;
      const request = requests[step]!;
      this.write(request, step, Math.floor(index / CONTACTS_AT_A_TIME / STEPS.length), index);
      return request;
    };
  }

  private write(request: RequestTemplate, step: number, round: number, index: number): void {
    const contact = round * CONTACTS_AT_A_TIME + (index % CONTACTS_AT_A_TIME);
    request.write(0, this.firstSecond);
    request.write(1, contact);
    request.write(2, contact % GROUPS);
    request.write(3, this.firstSecond + round * PERIOD_SECONDS + STEPS[step]!.seconds);
    request.write(4, step === 0 ? contact % CUSTOMERS : contact % this.agents);
  }
}

/** The ids of the first groups of a {@link ContactStream}. */
export function groupIds(groups: number): string[] {
  return ids('G', groups);
}
