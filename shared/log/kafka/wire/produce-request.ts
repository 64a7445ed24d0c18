import type { Offset } from '../../port.js'
import type { LargeExchange } from '../send-parts.js'
import { type ByteReader, flexible, plain } from './byte-reader.js'
import { exchange } from './exchange.js'
import { RequestParts } from './request-parts.js'

/** A batch on its way to its partition. */
export interface PlacedBatch {
  readonly topic: string
  readonly partition: number
  readonly bytes: Buffer
}

export interface ProducedBatch {
  readonly topic: string
  readonly partition: number
  readonly errorCode: number
  /** Offset that the first record got; -1 when the broker had the batch already and forgot where. */
  readonly baseOffset: Offset
}

const PRODUCE = { apiKey: 0, apiName: 'Produce' }

/** Produce (key 0), version 7, to all in-sync replicas, one batch per partition. https://kafka.apache.org/protocol#The_Messages_Produce */
export function produceRequest(
  transactionalId: string | null,
  batches: readonly PlacedBatch[],
  timeoutMs: number,
): LargeExchange<readonly ProducedBatch[]> {
  const out = new RequestParts()
  out.fields.string(transactionalId).int16(-1).int32(timeoutMs).int32(batches.length)
  for (const { topic, partition, bytes } of batches) {
    out.fields.string(topic).int32(1).int32(partition).int32(bytes.length)
    out.large(bytes)
  }
  return exchange({ ...PRODUCE, apiVersion: 7 }, out.end(), plain, decodePlain)
}

/**
 * Version 12, whose broker takes the partitions into the transaction by itself
 * ([KIP-890](https://cwiki.apache.org/confluence/display/KAFKA/KIP-890%3A+Transactions+Server-Side+Defense)).
 */
export function joiningProduceRequest(
  transactionalId: string,
  batches: readonly PlacedBatch[],
  timeoutMs: number,
): LargeExchange<readonly ProducedBatch[]> {
  const out = new RequestParts()
  out.fields.noTags().compactString(transactionalId).int16(-1).int32(timeoutMs)
  out.fields.uvarint(batches.length + 1)
  for (const { topic, partition, bytes } of batches) {
    out.fields
      .compactString(topic)
      .uvarint(1 + 1)
      .int32(partition)
    out.fields.uvarint(bytes.length + 1)
    out.large(bytes)
    out.fields.noTags().noTags()
  }
  out.fields.noTags()
  return exchange({ ...PRODUCE, apiVersion: 12 }, out.end(), flexible, decodeFlexible)
}

function decodePlain(from: ByteReader): ProducedBatch[] {
  const produced: ProducedBatch[] = []
  for (let topics = from.int32(); topics > 0; topics--) {
    const topic = from.string() ?? ''
    for (let partitions = from.int32(); partitions > 0; partitions--) {
      const partition = from.int32()
      const errorCode = from.int16()
      const baseOffset = from.number64()
      from.int64()
      from.int64()
      produced.push({ topic, partition, errorCode, baseOffset })
    }
  }
  return produced
}

function decodeFlexible(from: ByteReader): ProducedBatch[] {
  const produced: ProducedBatch[] = []
  for (let topics = from.uvarint() - 1; topics > 0; topics--) {
    const topic = from.compactString() ?? ''
    for (let partitions = from.uvarint() - 1; partitions > 0; partitions--) {
      const partition = from.int32()
      const errorCode = from.int16()
      const baseOffset = from.number64()
      from.int64()
      from.int64()
      for (let refused = from.uvarint() - 1; refused > 0; refused--) {
        from.int32()
        from.compactString()
        from.skipTags()
      }
      from.compactString()
      from.skipTags()
      produced.push({ topic, partition, errorCode, baseOffset })
    }
    from.skipTags()
  }
  return produced
}
