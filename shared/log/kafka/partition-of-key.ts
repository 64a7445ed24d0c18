import { Partitioners, type PartitionMetadata } from 'kafkajs'

const choosePartition = Partitioners.DefaultPartitioner()
const metadataOf = new Map<number, PartitionMetadata[]>()

/**
 * The partition that a Kafka producer gives a record with this key: murmur2, as Kafka's Java default does it
 * (and kafkajs with its default partitioner), so that a key stays where other producers put it.
 * @param partitions how many the topic has
 */
export function partitionOfKey(key: Uint8Array, partitions: number): number {
  let partitionMetadata = metadataOf.get(partitions)
  if (partitionMetadata === undefined) {
    partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
      partitionErrorCode: 0,
      partitionId,
      leader: 0,
      replicas: [],
      isr: [],
    }))
    metadataOf.set(partitions, partitionMetadata)
  }
  // kafkajs hashes the text of anything that is no Buffer.
  const bytes = Buffer.from(key.buffer, key.byteOffset, key.byteLength)
  return choosePartition({ topic: '', partitionMetadata, message: { key: bytes, value: null } })
}
