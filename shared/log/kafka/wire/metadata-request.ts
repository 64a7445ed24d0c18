import type { LargeExchange } from '../send-parts.js'
import { type ByteReader, flexible } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import { exchange } from './exchange.js'

/** What a broker knows of one topic. */
export interface TopicMetadata {
  readonly errorCode: number
  /** Hexadecimal. A topic that was deleted and made anew has another one. */
  readonly topicId: string
  /** Broker by partition; below 0 where nobody leads. */
  readonly leaders: ReadonlyMap<number, number>
}

/** The brokers of a cluster, as kafkajs has its metadata. */
export interface ClusterMetadata {
  readonly brokers: readonly {
    readonly nodeId: number
    readonly host: string | null
    readonly port: number
    readonly rack: string | null
  }[]
  readonly clusterId: string | null
  readonly controllerId: number
  readonly topicMetadata: readonly []
}

const UUID_BYTES = 16
/** The first version with the ids of topics, beyond what kafkajs speaks (Kafka 3.1 and newer). */
const METADATA = { apiKey: 3, apiVersion: 12, apiName: 'Metadata' }

/** Metadata (key 3), version 12, of one topic. https://kafka.apache.org/protocol#The_Messages_Metadata */
export function metadataRequest(topic: string): LargeExchange<TopicMetadata> {
  const named = (out: ByteWriter) =>
    out
      .uvarint(1 + 1)
      .raw(new Uint8Array(UUID_BYTES))
      .compactString(topic)
      .uvarint(0)
  return exchange(METADATA, request(named), flexible, (from) => decodeTopic(from, topic))
}

/** The same of no topic: who the brokers are. kafkajs cannot ask that: where it names no topic, it gets all that there are. */
export function brokersRequest(): LargeExchange<ClusterMetadata> {
  return exchange(
    METADATA,
    request((out) => out.uvarint(1)),
    flexible,
    decodeBrokers,
  )
}

function request(topics: (out: ByteWriter) => ByteWriter): readonly Buffer[] {
  // Tags of the header; neither creation nor operations; tags.
  return [topics(new ByteWriter().uvarint(0)).int8(0).int8(0).uvarint(0).bytes]
}

function decodeBrokers(from: ByteReader): ClusterMetadata {
  from.int32()
  const brokers = []
  for (let left = from.uvarint() - 1; left > 0; left--) {
    const [nodeId, host, port, rack] = [
      from.int32(),
      from.compactString(),
      from.int32(),
      from.compactString(),
    ]
    from.skipTags()
    brokers.push({ nodeId, host, port, rack })
  }
  return { brokers, clusterId: from.compactString(), controllerId: from.int32(), topicMetadata: [] }
}

function decodeTopic(from: ByteReader, topic: string): TopicMetadata {
  decodeBrokers(from)
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
