import type { Offset } from '../../port.js'
import type { LargeExchange } from '../send-parts.js'
import { ByteReader } from './byte-reader.js'
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
  const parts = out.end()
  return {
    parts,
    request: {
      apiKey: 0,
      apiVersion: 7,
      apiName: 'Produce',
      encode: async () => {
        const whole = Buffer.concat(parts)
        return { buf: whole, buffer: whole }
      },
    },
    response: { decode: async (payload) => decodeProduce(payload), parse: async (decoded) => decoded },
  }
}

function decodeProduce(payload: Buffer): ProducedBatch[] {
  const from = new ByteReader(payload)
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
