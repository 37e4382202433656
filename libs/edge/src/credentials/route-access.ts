import type { FastifyContextConfig } from 'fastify';

/** What an API key can permit: sending events, calling the WFM's methods, operating the service. */
export const ROLES = ['ingest', 'query', 'ops'] as const;
export type Role = (typeof ROLES)[number];

/** Who may call a route: holders of a key with the role, or anyone. */
export type Access = Role | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. While authentication is on, a route that declares nothing is closed to everyone. */
    access?: Access;
  }
}

/**
 * Requires a key with the role for every method of a controller while authentication is on: `@RequiresRole('ops')`.
 * Routes outside controllers declare it in their config: `{ config: { access: 'ops' } }`.
 */
export function RequiresRole(role: Role): ClassDecorator {
  return declareAccess(role);
}

/** Opens every method of a controller to anyone, with or without a key. */
export function Public(): ClassDecorator {
  return declareAccess('public');
}

/** Where Nest's Fastify adapter keeps the config of the route that a method becomes. */
const ROUTE_CONFIG = '__fastify_route_config__';

function declareAccess(access: Access): ClassDecorator {
  return (controller) => {
    const prototype = controller.prototype as Record<string, unknown>;
    for (const name of Object.getOwnPropertyNames(prototype)) {
      const method = prototype[name];
      if (name === 'constructor' || typeof method !== 'function') continue;
      const config = Reflect.getMetadata(ROUTE_CONFIG, method) as FastifyContextConfig | undefined;
      Reflect.defineMetadata(ROUTE_CONFIG, { ...config, access }, method);
    }
  };
}
