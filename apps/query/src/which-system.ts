import { badRequest, noData } from '#edge';
import type { QueryStore } from '#store';

/** Finds the external system that a request without one speaks for; see `docs/semantics.md` 3. */
export class WhichSystem {
  constructor(
    private readonly store: QueryStore,
    private readonly defaultSystemId: string | undefined,
  ) {}

  /** @throws ApiError 400 if there are several systems and no default; 404 if there is none yet. */
  async resolve(named: string | undefined): Promise<string> {
    const wanted = named ?? this.defaultSystemId;
    if (wanted !== undefined) return wanted;
    const [only, another] = await this.store.systems(2);
    if (only === undefined) throw noData('No system has sent anything yet.');
    if (another !== undefined) throw SEVERAL;
    return only;
  }
}

const SEVERAL = badRequest(
  'systemId',
  'there are several systems',
  'Ask below /systems/{systemId}/, or set DEFAULT_SYSTEM_ID.',
);
