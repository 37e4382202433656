export * from './interval.js';
export * from './status-event.js';
export * from './timeline-fold.js';
export * from './timeline-view.js';
export * from './utf8-order.js';
