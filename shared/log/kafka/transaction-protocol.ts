import type { Offset, Topic } from '../port.js'
import { type Attempt, KafkaCodeError } from './kafka-errors.js'
import type { KafkaLink } from './kafka-link.js'
import type { KafkaBroker } from './kafkajs-client.js'
import type { PartitionWrite } from './partition-writes.js'
import type { LargeExchange } from './send-parts.js'
import {
  joiningProduceRequest,
  type PlacedBatch,
  type ProducedBatch,
  produceRequest,
} from './wire/produce-request.js'
import {
  commitPositionRequest,
  endTransactionRequest,
  type TransactionPlace,
} from './wire/transaction-requests.js'

/** A group's position, to be committed with the records. */
export interface GroupPosition {
  readonly group: string
  readonly topic: Topic
  readonly partition: number
  readonly offset: Offset
}

/** A request is tried again for so long. */
export const REQUEST_MS = 20_000
const INVALID_TXN_STATE = 48
const PRODUCER_FENCED = 90

/** What a transaction's writer and the brokers say to each other. */
export interface TransactionProtocol {
  /** Say what will be written, where that has to be said. */
  announce(
    place: TransactionPlace,
    writes: readonly PartitionWrite[],
    position?: GroupPosition,
  ): Promise<void>
  produce(id: string, batches: readonly PlacedBatch[]): LargeExchange<readonly ProducedBatch[]>
  commitPosition(place: TransactionPlace, position: GroupPosition): Promise<void>
  /** Commit. @returns who writes the next transaction */
  end(place: TransactionPlace): Promise<TransactionPlace>
}

/** How the cluster has it. */
export async function transactionProtocol(link: KafkaLink): Promise<TransactionProtocol> {
  return (await link.transactionLevel()) >= 2 ? joiningTransactions(link) : announcedTransactions(link)
}

/** As all clusters have them: partitions and groups are named before they are written to. */
export function announcedTransactions(link: KafkaLink): TransactionProtocol {
  return {
    announce: async (place, writes, position) => {
      const resource = `transactional id ${place.transactionalId}`
      const topics = partitionsByTopic(writes)
      const names = topics.map(({ topic }) => topic)
      const addPartitions = async () => {
        if (topics.length === 0) return
        const attempt = {
          ...{ operation: 'Write', resource: `${resource} with topics ${names.join(', ')}`, topics: names },
        }
        await coordinated(link, place, attempt, (broker) => broker.addPartitionsToTxn({ ...place, topics }))
      }
      const addOffsets = async () => {
        if (position === undefined) return
        const { group } = position
        await coordinated(link, place, reading(group), (broker) =>
          broker.addOffsetsToTxn({ ...place, groupId: group }),
        )
      }
      // One behind the other on one connection, which the coordinator answers in order: one turn instead of two.
      await bothDone(addPartitions(), addOffsets())
    },
    produce: (id, batches) => produceRequest(id, batches, REQUEST_MS),
    commitPosition: (place, { group, topic, partition, offset }) =>
      link.persist(reading(group), REQUEST_MS, async () => {
        const broker = await link.coordinator(group, 0)
        await broker.txnOffsetCommit({
          ...place,
          groupId: group,
          topics: [{ topic, partitions: [{ partition, offset: String(offset), metadata: '' }] }],
        })
      }),
    end: async (place) => {
      await coordinated(link, place, ending(place), (broker) =>
        broker.endTxn({ ...place, transactionResult: true }),
      )
      return place
    },
  }
}

/** Transactions of level 2 (Kafka 4): what is written joins by itself, two requests less, and each has an epoch of its own. */
function joiningTransactions(link: KafkaLink): TransactionProtocol {
  return {
    announce: async () => undefined,
    produce: (id, batches) => joiningProduceRequest(id, batches, REQUEST_MS),
    commitPosition: (place, position) =>
      link.persist(reading(position.group), REQUEST_MS, async () => {
        const broker = await link.coordinator(position.group, 0)
        const errorCode = await link.send(broker, commitPositionRequest(place, position))
        if (errorCode !== 0) throw new KafkaCodeError(errorCode)
      }),
    end: (place) =>
      coordinated(link, place, ending(place), async (broker) => {
        const ended = await link.send(broker, endTransactionRequest(place))
        // The coordinator has aborted it, for somebody else or for its age, and tells so by the epoch only later.
        if (ended.errorCode === INVALID_TXN_STATE) throw new KafkaCodeError(PRODUCER_FENCED)
        if (ended.errorCode !== 0) throw new KafkaCodeError(ended.errorCode)
        const { producerId, producerEpoch } = ended
        return { transactionalId: place.transactionalId, producerId, producerEpoch }
      }),
  }
}

const reading = (group: string): Attempt => ({ operation: 'Read', resource: `group ${group}` })
const ending = ({ transactionalId }: TransactionPlace): Attempt => ({
  operation: 'Write',
  resource: `transactional id ${transactionalId}`,
})

function coordinated<T>(
  link: KafkaLink,
  { transactionalId }: TransactionPlace,
  attempt: Attempt,
  ask: (broker: KafkaBroker) => Promise<T>,
): Promise<T> {
  return link.persist(attempt, REQUEST_MS, async () => ask(await link.coordinator(transactionalId)))
}

function partitionsByTopic(writes: readonly PartitionWrite[]) {
  return [...new Set(writes.map(({ topic }) => topic))].map((topic) => ({
    topic,
    partitions: [...new Set(writes.filter((one) => one.topic === topic).map(({ partition }) => partition))],
  }))
}

/** Fails when both have ended: what is still under way must not meet what is done about a failure. */
export async function bothDone<A, B>(
  one: Promise<A>,
  other: Promise<B> | undefined,
): Promise<[A, B | undefined]> {
  const [first, second] = await Promise.allSettled([one, other])
  if (first.status === 'rejected') throw first.reason
  if (second.status === 'rejected') throw second.reason
  return [first.value, second.value]
}
