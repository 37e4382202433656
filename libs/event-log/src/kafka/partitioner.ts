import kafkajs, { type PartitionMetadata } from 'kafkajs';

const choose = kafkajs.Partitioners.DefaultPartitioner();

/** Where the appender puts records of a key among so many partitions: the same as any other client of Kafka by default. */
export function partitionOf(key: string, partitions: number): number {
  const partitionMetadata = { length: partitions, filter: () => [] } as unknown as PartitionMetadata[];
  return choose({ topic: '', partitionMetadata, message: { key, value: null } });
}
