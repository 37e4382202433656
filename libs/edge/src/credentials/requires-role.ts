import type { FastifyContextConfig } from 'fastify';

/** What a key may be good for: sending events, asking the WFM's methods, looking after the service. */
export const ROLES = ['ingest', 'query', 'ops'] as const;
export type Role = (typeof ROLES)[number];

/** Who may use a route: whoever has a key with the role, or anyone at all. */
export type Access = Role | 'nothing';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route. Where keys are in force, nobody may use a route that does not say. */
    requires?: Access;
  }
}

/** Where Nest's Fastify adapter looks for the config of the route that a method becomes. */
const ROUTE_CONFIG = '__fastify_route_config__';

/**
 * Says for all methods of a controller who may use them, where keys are in force: `@Requires('ops')`. For routes that
 * are not those of a controller, the route's config says it: `{ config: { requires: 'ops' } }`.
 */
export function RequiresRole(access: Access): ClassDecorator {
  return (controller) => {
    const prototype = controller.prototype as Record<string, unknown>;
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const method = prototype[name];
      if (name === 'constructor' || typeof method !== 'function') continue;
      const config = Reflect.getMetadata(ROUTE_CONFIG, method) as FastifyContextConfig | undefined;
      Reflect.defineMetadata(ROUTE_CONFIG, { ...config, requires: access }, method);
    }
  };
}
