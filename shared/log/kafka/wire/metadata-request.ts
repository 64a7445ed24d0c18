import type { ProtocolExchange } from '../send-parts.js'
import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'

/** What a broker knows of one topic. */
export interface TopicMetadata {
  readonly errorCode: number
  /** Hexadecimal. A topic that was deleted and made anew has another one. */
  readonly topicId: string
  /** Broker by partition; below 0 where nobody leads. */
  readonly leaders: ReadonlyMap<number, number>
}

const UUID_BYTES = 16

/**
 * Metadata (key 3), version 12, of one topic: the first with its id, and beyond what kafkajs speaks (Kafka 3.1 and newer).
 * https://kafka.apache.org/protocol#The_Messages_Metadata
 */
export function metadataRequest(topic: string): ProtocolExchange<TopicMetadata> {
  return {
    request: {
      apiKey: 3,
      apiVersion: 12,
      apiName: 'Metadata',
      encode: async () => {
        const out = new ByteWriter()
        // The request's header ends with its tagged fields; kafkajs writes the headers of older versions, without.
        out.uvarint(0)
        out
          .uvarint(1 + 1)
          .raw(new Uint8Array(UUID_BYTES))
          .compactString(topic)
          .uvarint(0)
        out.int8(0).int8(0).uvarint(0)
        return { buf: out.bytes, buffer: out.bytes }
      },
    },
    response: {
      decode: async (payload) => decodeMetadata(payload, topic),
      parse: async (decoded) => decoded,
    },
  }
}

function decodeMetadata(payload: Buffer, topic: string): TopicMetadata {
  const from = new ByteReader(payload)
  from.skipTags()
  from.int32()
  for (let brokers = from.uvarint() - 1; brokers > 0; brokers--) {
    from.int32()
    from.compactString()
    from.int32()
    from.compactString()
    from.skipTags()
  }
  from.compactString()
  from.int32()
  let found: TopicMetadata = { errorCode: 3, topicId: '', leaders: new Map() }
  for (let topics = from.uvarint() - 1; topics > 0; topics--) {
    const errorCode = from.int16()
    const name = from.compactString()
    const topicId = from.raw(UUID_BYTES).toString('hex')
    from.int8()
    const leaders = new Map<number, number>()
    for (let partitions = from.uvarint() - 1; partitions > 0; partitions--) {
      from.int16()
      const partition = from.int32()
      leaders.set(partition, from.int32())
      from.int32()
      for (let lists = 0; lists < 3; lists++) from.raw(4 * Math.max(0, from.uvarint() - 1))
      from.skipTags()
    }
    from.int32()
    from.skipTags()
    if (name === topic) found = { errorCode, topicId, leaders }
  }
  return found
}
