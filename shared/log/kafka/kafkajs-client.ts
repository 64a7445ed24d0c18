import type { ConnectionOptions } from 'node:tls'
import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs'
import { openSocket } from './open-socket.js'
import type { KafkaConnectionPool } from './send-parts.js'
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
  readonly brokerPool: { withBroker<T>(use: (at: { broker: KafkaBroker }) => Promise<T>): Promise<T | null> }
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
    socketFactory: openSocket,
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 50, maxRetryTime: 1_000, retries: 6 },
    logLevel: logLevel.NOTHING,
  }
  return new Kafka(config)
}

/**
 * Connections of one's own, below kafkajs's producer and consumer (docs/decisions/0009).
 * kafkajs 2.2.4 is pinned; the unit tests fail when another version lacks what is used.
 */
export function createCluster(kafka: Kafka): KafkaCluster {
  const holder = kafka as unknown as Record<symbol, (options: object) => KafkaCluster>
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === CREATE_CLUSTER)
  if (symbol === undefined) throw new Error(`kafkajs has no ${CREATE_CLUSTER}; use version 2.2.4`)
  return holder[symbol]!({ metadataMaxAge: 60_000, allowAutoTopicCreation: false, maxInFlightRequests: 5 })
}
