export * from './create-event-log.js';
export * from './event-log.js';
export * from './records/contact-record.js';
export * from './records/dead-letter-record.js';
export * from './records/parse-record.js';
export * from './records/personnel-record.js';
export * from './records/status-record.js';
export * from './topics.js';
