export * from './api-error.js';
export * from './api-error.filter.js';
export * from './health.controller.js';
export * from './http-app.js';
export * from './metrics.controller.js';
export * from './request-timeout.js';
export * from './settings.js';
