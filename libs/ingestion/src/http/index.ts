export * from './receiver.module.js';
