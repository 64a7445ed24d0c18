import type { Offset } from '../../port.js'
import type { LargeExchange } from '../send-parts.js'
import { type ByteReader, plain } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import type { AbortedTransaction } from './decode-batches.js'
import { exchange } from './exchange.js'

export interface FetchedPartition {
  readonly errorCode: number
  /** Offset after the last record of a finished transaction: what read-committed readers see. */
  readonly lastStable: Offset
  readonly start: Offset
  readonly aborted: readonly AbortedTransaction[]
  /** Record batches, the last of which may be cut off. */
  readonly set: Buffer
}

/** Fetch (key 1), version 11, of one partition, read-committed. https://kafka.apache.org/protocol#The_Messages_Fetch */
export function fetchRequest(of: {
  readonly topic: string
  readonly partition: number
  readonly from: Offset
  readonly waitMs: number
  readonly bytesMax: number
}): LargeExchange<FetchedPartition> {
  const out = new ByteWriter()
  out.int32(-1).int32(of.waitMs).int32(1).int32(of.bytesMax).int8(1).int32(0).int32(-1)
  out.int32(1).string(of.topic)
  out.int32(1).int32(of.partition).int32(-1).int64(of.from).int64(-1).int32(of.bytesMax)
  out.int32(0).string('')
  return exchange({ apiKey: 1, apiVersion: 11, apiName: 'Fetch' }, [out.bytes], plain, decodeFetch)
}

function decodeFetch(from: ByteReader): FetchedPartition {
  from.int32()
  const errorCode = from.int16()
  from.int32()
  if (errorCode !== 0 || from.int32() === 0) {
    return { errorCode, lastStable: 0, start: 0, aborted: [], set: Buffer.alloc(0) }
  }
  from.string()
  from.int32()
  from.int32()
  const partitionError = from.int16()
  from.number64()
  const lastStable = from.number64()
  const start = from.number64()
  const aborted: AbortedTransaction[] = []
  for (let left = from.int32(); left > 0; left--) {
    aborted.push({ producerId: from.int64(), firstOffset: from.number64() })
  }
  from.int32()
  const size = from.int32()
  return { errorCode: partitionError, lastStable, start, aborted, set: from.raw(Math.max(0, size)) }
}
