export * from './metrics.js';
export * from './clock.js';
export * from './log.js';
export * from './service-version.js';
export * from './tracing.js';
export * from './create-tracing.js';
