import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { badRequest, forbiddenSystemError, maySpeakFor, noData, permittedSystems } from '#edge';
import type { QueryStore } from '#store';

/** The system that a request names, and the systems that it may use. */
export interface SystemRequest {
  /** The system in the path. */
  readonly named: string | undefined;
  /** The systems that the key is valid for; all if `undefined`. */
  readonly permitted: readonly string[] | undefined;
  /** Whether it has a query parameter `systemId`, which no method of the WFM accepts: the path names the system. */
  readonly hasParameter: boolean;
}

/** The {@link SystemRequest} of a request. */
export const RequestedSystem = createParamDecorator(
  (_: unknown, context: ExecutionContext): SystemRequest => {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { systemId?: string } }>>();
    return {
      named: request.params.systemId,
      permitted: permittedSystems(request),
      hasParameter: 'systemId' in (request.query as object),
    };
  },
);

/** Finds the external system that a request is about; see `docs/semantics.md` 3. */
export class SystemResolver {
  private pending: Promise<readonly string[]> | undefined;

  constructor(
    private readonly store: QueryStore,
    private readonly defaultSystemId: string | undefined,
  ) {}

  /**
   * @throws ApiError 403 if the key is not valid for the named system; 400 if none is named although there are several
   * and no usable default, or if one is named by a query parameter; 404 if there is no system yet.
   */
  async resolve({ named, permitted, hasParameter }: SystemRequest): Promise<string> {
    if (hasParameter) throw NOT_A_PARAMETER;
    if (named !== undefined) {
      if (!maySpeakFor(permitted, named)) throw forbiddenSystemError(named);
      return named;
    }
    if (permitted?.length === 1) return permitted[0]!;
    const { defaultSystemId } = this;
    if (defaultSystemId !== undefined && maySpeakFor(permitted, defaultSystemId)) return defaultSystemId;
    if (permitted !== undefined) throw SEVERAL;
    const [only, another] = await this.firstSystems();
    if (only === undefined) throw noData('No system has sent anything yet.');
    if (another !== undefined) throw SEVERAL;
    return only;
  }

  /** Concurrent requests share one query, so that many of them do not block others. */
  private firstSystems(): Promise<readonly string[]> {
    this.pending ??= this.store.systems(2).finally(() => (this.pending = undefined));
    return this.pending;
  }
}

/** Ignoring it would make the client take the answer for one about that system. */
const NOT_A_PARAMETER = badRequest(
  'systemId',
  'systemId is not a parameter of this method',
  'Put the system into the path, /systems/{systemId}/, or leave the parameter out.',
);

const SEVERAL = badRequest(
  'systemId',
  'there are several systems',
  'Put the system into the path, /systems/{systemId}/, or set DEFAULT_SYSTEM_ID.',
);
