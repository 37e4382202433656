export * from './audit/self-audit.js';
export * from './ops.module.js';
export * from './systems/system-gauges.js';
