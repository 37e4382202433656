/** The receiver's clock: a function that returns milliseconds since the Unix epoch. */
export const RECEIVER_CLOCK = Symbol('ReceiverClock');
