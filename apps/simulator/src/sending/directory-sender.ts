import type { Directory } from '#oracle';
import type { HttpAnswer, HttpClient } from './http-client.js';
import { retrying } from './retrying.js';
import type { RetryPolicy } from './retrying.js';

/** Where directories are put; see `docs/semantics.md` 5. */
export const PERSONNEL_PATH = '/ccwfm/api/rest/personnel';

export interface PuttingOptions {
  readonly client: HttpClient;
  readonly url: URL;
  readonly systemId: string;
  readonly retries: RetryPolicy;
}

/**
 * Puts the directory of the system in place of the one before it.
 *
 * @throws {RequestFailure} if the service does not answer 204; at once if it refuses the directory.
 */
export async function putDirectory(directory: Directory, options: PuttingOptions): Promise<void> {
  const { client, url, systemId, retries } = options;
  await retrying(() => client.put(PERSONNEL_PATH, { systemId, ...directory }), {
    what: `PUT ${PERSONNEL_PATH} to ${url.host}`,
    policy: retries,
    isSuccess: ({ status }) => status === 204,
    adviceOnRefusal,
  });
}

function adviceOnRefusal({ status }: HttpAnswer): string | undefined {
  switch (status) {
    case 400:
      return 'The service refuses the personnel directory, which should be a right one: this is a fault to report.';
    case 404:
    case 405:
      return 'The service takes no personnel directories. Check --url, or simulate statuses only, with --no-contacts.';
    default:
      return undefined;
  }
}
