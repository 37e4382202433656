// What reads settings and key files, as `#edge/settings`: a command or a thread that serves nothing over HTTP would load
// the whole framework with `#edge`, which takes a second and some 30 MB.
export * from '../credentials/api-key.js';
export * from '../credentials/parse-key-file.js';
export { ROLES, type Role } from '../credentials/route-access.js';
export * from './part-settings.js';
export * from './read-settings.js';
export * from './setting-docs.js';
export * from './settings.js';
export * from './settings-error.js';
