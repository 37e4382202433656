import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { badRequest, forbiddenSystemError, maySpeakFor, noData, permittedSystems } from '#edge';
import type { QueryStore } from '#store';

/** Which system a request asks about, and which it may ask about. */
export interface SystemRequest {
  /** What the path names. */
  readonly named: string | undefined;
  /** All if there are none. */
  readonly permitted: readonly string[] | undefined;
  /** Whether it also has a parameter `systemId`, which no method of the WFM has: the path names the system. */
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

/** Finds the external system that a request speaks for; see `docs/semantics.md` 3. */
export class SystemResolver {
  private looking: Promise<readonly string[]> | undefined;

  constructor(
    private readonly store: QueryStore,
    private readonly defaultSystemId: string | undefined,
  ) {}

  /**
   * @throws ApiError 403 if the request may not speak for the system that it names; 400 if it names none where there are
   * several and no default among them, or names one by a parameter; 404 if there is none yet.
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

  /** Requests that come at the same time look once: a crowd of them must not keep others from an answer. */
  private firstSystems(): Promise<readonly string[]> {
    this.looking ??= this.store.systems(2).finally(() => (this.looking = undefined));
    return this.looking;
  }
}

/** Who sends it would take the answer for one about that system. */
const NOT_A_PARAMETER = badRequest(
  'systemId',
  'systemId is not a parameter of this method',
  'Ask for a system below /systems/{systemId}/, or leave the parameter out.',
);

const SEVERAL = badRequest(
  'systemId',
  'there are several systems',
  'Ask below /systems/{systemId}/, or set DEFAULT_SYSTEM_ID.',
);
