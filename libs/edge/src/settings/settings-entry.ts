// `#edge/settings` reads settings and key files without the HTTP framework. Commands and threads use it, since loading
// `#edge` takes a second and some 30 MB.
export * from '../credentials/api-key.js';
export * from '../credentials/parse-key-file.js';
export { ROLES, type Role } from '../credentials/route-access.js';
export * from './part-settings.js';
export * from './read-settings.js';
export * from './setting-docs.js';
export * from './settings.js';
export * from './settings-error.js';
