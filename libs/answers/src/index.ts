export * from './json-responder.js';
export * from './projection-gate.js';
export * from './projection-watch.js';
export * from './query-parameters.js';
export * from './query.module.js';
export * from './state-queries.controller.js';
