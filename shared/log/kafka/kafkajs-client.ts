import type { ConnectionOptions } from 'node:tls'
import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs'
import { openSocket } from './open-socket.js'
import { calmRequestQueue, type RequestQueue } from './request-queue.js'
import { type KafkaConnectionPool, type LargeExchange, sendParts } from './send-parts.js'
import { unmaskStrangers } from './unmask-strangers.js'
import { brokersRequest, type ClusterMetadata } from './wire/metadata-request.js'
import type { TransactionPlace } from './wire/transaction-requests.js'

/** Where the brokers are and how to be let in. */
export interface KafkaConnection {
  /** host:port */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** true for the certificate authorities of the system. */
  readonly tls?: boolean | ConnectionOptions
  readonly sasl?: SASLOptions
}

/** kafkajs's `Broker`: what is used of it. */
export interface KafkaBroker {
  readonly nodeId: number
  readonly connectionPool: KafkaConnectionPool
  disconnect(): Promise<void>
  /** Of all topics, where none is named. */
  metadata(topics?: readonly string[]): Promise<ClusterMetadata>
  listOffsets(request: {
    readonly replicaId: number
    readonly isolationLevel: number
    readonly topics: readonly {
      topic: string
      partitions: readonly { partition: number; timestamp: number }[]
    }[]
  }): Promise<{ readonly responses: readonly { readonly partitions: readonly { offset: string }[] }[] }>
  offsetFetch(request: {
    readonly groupId: string
    readonly topics: readonly { topic: string; partitions: readonly { partition: number }[] }[]
  }): Promise<{ readonly responses: readonly { readonly partitions: readonly { offset: string }[] }[] }>
  findGroupCoordinator(of: {
    readonly groupId: string
    readonly coordinatorType: number
  }): Promise<{ readonly coordinator: { readonly nodeId: number } }>
  initProducerId(request: {
    readonly transactionalId?: string
    readonly transactionTimeout: number
  }): Promise<{ readonly producerId: string; readonly producerEpoch: number }>
  addPartitionsToTxn(
    request: TransactionPlace & {
      readonly topics: readonly { topic: string; partitions: readonly number[] }[]
    },
  ): Promise<unknown>
  addOffsetsToTxn(request: TransactionPlace & { readonly groupId: string }): Promise<unknown>
  txnOffsetCommit(
    request: TransactionPlace & {
      readonly groupId: string
      readonly topics: readonly {
        topic: string
        partitions: readonly { partition: number; offset: string; metadata: string | null }[]
      }[]
    },
  ): Promise<unknown>
  endTxn(request: TransactionPlace & { readonly transactionResult: boolean }): Promise<unknown>
}

/** kafkajs's `Cluster`: connections, and which broker is what. */
export interface KafkaCluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  refreshMetadata(): Promise<void>
  findBroker(place: { readonly nodeId: string }): Promise<KafkaBroker>
  readonly brokerPool: {
    createBroker: (options: object) => KafkaBroker
    withBroker<T>(use: (at: { broker: KafkaBroker }) => Promise<T>): Promise<T | null>
  }
  readonly connectionPoolBuilder: {
    build: (
      at?: object,
    ) => Promise<KafkaConnectionPool & { readonly pool: readonly { readonly requestQueue: RequestQueue }[] }>
  }
}

const CREATE_CLUSTER = 'private:Kafka:createCluster'

/** kafkajs with this project's limits. Nothing of it speaks: what goes wrong is an error of ours, or nothing. */
export function createKafka({ brokers, clientId, tls, sasl }: KafkaConnection): Kafka {
  const config: KafkaConfig = {
    brokers: [...brokers],
    clientId,
    ...(tls === undefined || tls === false ? {} : { ssl: tls }),
    // kafkajs writes into it, and a configuration is frozen.
    ...(sasl === undefined ? {} : { sasl: { ...sasl } }),
    socketFactory: unmaskStrangers(openSocket),
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: 6 },
    logLevel: logLevel.NOTHING,
  }
  const kafka = new Kafka(config)
  const { holder, symbol } = clustersOf(kafka)
  const create = holder[symbol]!
  // Of all that this client makes: consumers, producers and administrators have their clusters too.
  holder[symbol] = (options) => calmed(create(options))
  return kafka
}

/**
 * Connections of one's own, below kafkajs's producer and consumer (docs/decisions/0009).
 * kafkajs 2.2.4 is pinned; the unit tests fail when another version lacks what is used.
 */
export function createCluster(kafka: Kafka): KafkaCluster {
  const { holder, symbol } = clustersOf(kafka)
  const options = { metadataMaxAge: 60_000, allowAutoTopicCreation: false, maxInFlightRequests: 5 }
  const cluster = holder[symbol]!(options)
  const { brokerPool } = cluster
  const create = brokerPool.createBroker
  brokerPool.createBroker = (options) => askingOfBrokers(create(options))
  return cluster
}

/** Send a request; a connection that turns out to be closed is made anew for the next. */
export async function sendTo<T>(broker: KafkaBroker, exchange: LargeExchange<T>): Promise<T> {
  try {
    return await sendParts(broker.connectionPool, exchange)
  } catch (error) {
    if ((error as Error).name === 'KafkaJSConnectionClosedError') await broker.disconnect()
    throw error
  }
}

function clustersOf(kafka: Kafka) {
  const holder = kafka as unknown as Record<symbol, (options: object) => KafkaCluster>
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === CREATE_CLUSTER)
  if (symbol === undefined) throw new Error(`kafkajs has no ${CREATE_CLUSTER}; use version 2.2.4`)
  return { holder, symbol }
}

function calmed(cluster: KafkaCluster): KafkaCluster {
  const { connectionPoolBuilder } = cluster
  const build = connectionPoolBuilder.build
  connectionPoolBuilder.build = async (at) => {
    const connections = await build(at)
    for (const { requestQueue } of connections.pool) calmRequestQueue(requestQueue)
    return connections
  }
  return cluster
}

/** Whoever has connections of his own asks for his topics himself: kafkajs would keep all topics of the cluster for each of them. */
function askingOfBrokers(broker: KafkaBroker): KafkaBroker {
  const ask = broker.metadata.bind(broker)
  broker.metadata = (topics = []) => (topics.length > 0 ? ask(topics) : sendTo(broker, brokersRequest()))
  return broker
}
