import { parentPort, workerData } from 'node:worker_threads';
import { KafkaConnection, type KafkaSettings } from './kafka-connection.js';
import { KafkaSender } from './kafka-sender.js';
import { serveSender } from './threaded-sender.js';

// A sender in a thread of its own: what the client makes of records costs about as much as it does to receive them.
serveSender(parentPort!, new KafkaSender(new KafkaConnection(workerData as KafkaSettings)));
