import type { Offset } from '../../port.js'
import type { LargeExchange } from '../send-parts.js'
import { type ByteReader, flexible } from './byte-reader.js'
import { exchange } from './exchange.js'
import { RequestParts } from './request-parts.js'

/** Whose transaction it is. */
export interface TransactionPlace {
  readonly transactionalId: string
  readonly producerId: string
  readonly producerEpoch: number
}

export interface EndedTransaction {
  readonly errorCode: number
  /** Who writes the next transaction. */
  readonly producerId: string
  readonly producerEpoch: number
}

/**
 * TxnOffsetCommit (key 28), version 5, of one partition by no member of the group; the broker takes the position into the transaction by
 * itself. Answers an error code. https://kafka.apache.org/protocol#The_Messages_TxnOffsetCommit
 */
export function commitPositionRequest(
  { transactionalId, producerId, producerEpoch }: TransactionPlace,
  position: {
    readonly group: string
    readonly topic: string
    readonly partition: number
    readonly offset: Offset
  },
): LargeExchange<number> {
  const out = new RequestParts()
  out.fields.noTags().compactString(transactionalId).compactString(position.group)
  out.fields.int64(BigInt(producerId)).int16(producerEpoch)
  out.fields.int32(-1).compactString('').uvarint(0)
  out.fields.uvarint(1 + 1).compactString(position.topic)
  out.fields.uvarint(1 + 1).int32(position.partition)
  out.fields.int64(position.offset).int32(-1).compactString('')
  out.fields.noTags().noTags().noTags()
  const kind = { apiKey: 28, apiVersion: 5, apiName: 'TxnOffsetCommit' }
  return exchange(kind, out.end(), flexible, decodeCommitted)
}

/**
 * EndTxn (key 26), version 5, which commits and answers the epoch of the next transaction.
 * https://kafka.apache.org/protocol#The_Messages_EndTxn
 */
export function endTransactionRequest({
  transactionalId,
  producerId,
  producerEpoch,
}: TransactionPlace): LargeExchange<EndedTransaction> {
  const out = new RequestParts()
  out.fields.noTags().compactString(transactionalId)
  out.fields.int64(BigInt(producerId)).int16(producerEpoch).int8(1).noTags()
  const kind = { apiKey: 26, apiVersion: 5, apiName: 'EndTxn' }
  return exchange(kind, out.end(), flexible, decodeEnded)
}

function decodeCommitted(from: ByteReader): number {
  from.int32()
  let errorCode = 0
  for (let topics = from.uvarint() - 1; topics > 0; topics--) {
    from.compactString()
    for (let partitions = from.uvarint() - 1; partitions > 0; partitions--) {
      from.int32()
      errorCode = from.int16() || errorCode
      from.skipTags()
    }
    from.skipTags()
  }
  return errorCode
}

function decodeEnded(from: ByteReader): EndedTransaction {
  from.int32()
  const errorCode = from.int16()
  return { errorCode, producerId: String(from.int64()), producerEpoch: from.int16() }
}
