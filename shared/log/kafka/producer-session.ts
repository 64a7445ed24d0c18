import { LogUnavailableError } from '../errors.js'
import type { Offset, Topic } from '../port.js'
import { type Attempt, KafkaCodeError } from './kafka-errors.js'
import type { KafkaLink } from './kafka-link.js'
import type { KafkaBroker } from './kafkajs-client.js'
import type { PartitionWrite, RecordGroup } from './partition-writes.js'
import { encodeBatch } from './wire/encode-batch.js'
import { type PlacedBatch, type ProducedBatch, produceRequest } from './wire/produce-request.js'

/** A group's position, to be committed with the records. */
export interface GroupPosition {
  readonly group: string
  readonly topic: Topic
  readonly partition: number
  readonly offset: Offset
}

const REQUEST_MS = 20_000
const DUPLICATE_SEQUENCE = 46
/** What is sent outside of a transaction meets this while the marker of the one before is on its way: it passes. */
const INVALID_TXN_STATE = 48
const CONCURRENT_TRANSACTIONS = 51

/**
 * One producer id and its sequences. It sends one thing at a time, retries included, which is what keeps the sequence right:
 * kafkajs's own producer gives two concurrent sends each other's numbers after a lost reply.
 * After any failure it is dead: open another one, which fences this one's transaction off.
 */
export class ProducerSession {
  readonly #sequences = new Map<string, number>()
  #dead = false

  private constructor(
    private readonly link: KafkaLink,
    private readonly transactionalId: string | null,
    private readonly producerId: string,
    private readonly producerEpoch: number,
  ) {}

  /**
   * With a transactional id: whoever used it before is fenced, and its open transaction finished when this resolves.
   * Without: an idempotent producer.
   */
  static async open(
    link: KafkaLink,
    transactionalId: string | null,
    transactionMs: number,
  ): Promise<ProducerSession> {
    const resource = transactionalId === null ? 'the cluster' : `transactional id ${transactionalId}`
    const operation = transactionalId === null ? 'IdempotentWrite' : 'Write'
    const request = {
      ...(transactionalId === null ? {} : { transactionalId }),
      transactionTimeout: transactionMs,
    }
    const { producerId, producerEpoch } = await link.persist({ operation, resource }, 60_000, async () =>
      transactionalId === null
        ? link.anyBroker((broker) => broker.initProducerId(request))
        : (await link.coordinator(transactionalId)).initProducerId(request),
    )
    return new ProducerSession(link, transactionalId, producerId, producerEpoch)
  }

  get usable(): boolean {
    return !this.#dead
  }

  /**
   * Everything in one transaction.
   * @returns offset of the first record of each write
   * @throws FencedError when another session has the transactional id; nothing was written
   * @throws LogUnavailableError when it is not known whether it was written
   */
  transact(writes: readonly PartitionWrite[], position?: GroupPosition): Promise<readonly Offset[]> {
    return this.#once(async () => {
      const place = this.#place()
      const topics = [...new Set(writes.map(({ topic }) => topic))].map((topic) => ({
        topic,
        partitions: [
          ...new Set(writes.filter((one) => one.topic === topic).map(({ partition }) => partition)),
        ],
      }))
      const resource = `transactional id ${place.transactionalId}`
      const addPartitions = async () => {
        if (topics.length === 0) return
        const named = `${resource} with topics ${topics.map(({ topic }) => topic).join(', ')}`
        const attempt = { operation: 'Write', resource: named, topics: topics.map(({ topic }) => topic) }
        await this.#coordinated(attempt, (broker) => broker.addPartitionsToTxn({ ...place, topics }))
      }
      const addOffsets = async () => {
        if (position === undefined) return
        const { group } = position
        await this.#coordinated({ operation: 'Read', resource: `group ${group}` }, (broker) =>
          broker.addOffsetsToTxn({ ...place, groupId: group }),
        )
      }
      // One behind the other on one connection, which the coordinator answers in order: one turn instead of two.
      await bothDone(addPartitions(), addOffsets())
      const [offsets] = await bothDone(
        this.#produceAll(writes, true),
        position === undefined ? undefined : this.#commitPosition(position),
      )
      if (topics.length > 0 || position !== undefined) {
        await this.#coordinated({ operation: 'Write', resource }, (broker) =>
          broker.endTxn({ ...place, transactionResult: true }),
        )
      }
      return offsets
    })
  }

  /**
   * Without a transaction: each batch is whole or not there, each partition's in order. With a transactional id, a partition
   * that a later session has written to takes none of it.
   * @returns offset of the first record of each write
   * @throws FencedError when a later session has written to one of the partitions
   * @throws LogUnavailableError when it is not known what was written
   */
  send(writes: readonly PartitionWrite[]): Promise<readonly Offset[]> {
    return this.#once(() => this.#produceAll(writes, false))
  }

  async #once<T>(work: () => Promise<T>): Promise<T> {
    if (this.#dead) throw new LogUnavailableError('This producer failed before; open another one.')
    // Until it is done nobody else may use the sequence; and if it fails, nobody ever may.
    this.#dead = true
    const done = await work()
    this.#dead = false
    return done
  }

  #place() {
    const { transactionalId, producerId, producerEpoch } = this
    if (transactionalId === null) throw new Error('an idempotent session has no transactions')
    return { transactionalId, producerId, producerEpoch }
  }

  #coordinated(attempt: Attempt, ask: (broker: KafkaBroker) => Promise<unknown>) {
    return this.link.persist(attempt, REQUEST_MS, async () =>
      ask(await this.link.coordinator(this.transactionalId!)),
    )
  }

  #commitPosition({ group, topic, partition, offset }: GroupPosition) {
    return this.link.persist({ operation: 'Read', resource: `group ${group}` }, REQUEST_MS, async () => {
      const broker = await this.link.coordinator(group, 0)
      await broker.txnOffsetCommit({
        ...this.#place(),
        groupId: group,
        topics: [{ topic, partitions: [{ partition, offset: String(offset), metadata: '' }] }],
      })
    })
  }

  /** Batch by batch: the first of every partition together, then the second of each. */
  async #produceAll(writes: readonly PartitionWrite[], transactional: boolean): Promise<readonly Offset[]> {
    const rest = writes.map(({ groups }) => [...groups])
    const offsets = writes.map(() => -1)
    for (;;) {
      const round: { readonly index: number; readonly batch: PlacedBatch }[] = []
      const taken = new Set<string>()
      writes.forEach(({ topic, partition }, index) => {
        const key = `${partition} ${topic}`
        const group = taken.has(key) ? undefined : rest[index]!.shift()
        if (group === undefined) return
        taken.add(key)
        round.push({ index, batch: this.#encode(topic, partition, group, transactional) })
      })
      if (round.length === 0) return offsets
      const produced = await this.#produceRound(
        round.map(({ batch }) => batch),
        transactional ? this.transactionalId : null,
      )
      for (const { index, batch } of round) {
        const at = produced.get(`${batch.partition} ${batch.topic}`) ?? -1
        if (offsets[index] === -1) offsets[index] = at
      }
    }
  }

  #encode(
    topic: Topic,
    partition: number,
    { records, sizeMax }: RecordGroup,
    transactional: boolean,
  ): PlacedBatch {
    const key = `${partition} ${topic}`
    const sequence = this.#sequences.get(key) ?? 0
    this.#sequences.set(key, (sequence + records.length) % 2 ** 31)
    const producer = {
      producerId: BigInt(this.producerId),
      epoch: this.producerEpoch,
      sequence,
      transactional,
    }
    return { topic, partition, bytes: encodeBatch(records, producer, sizeMax) }
  }

  /** The very same bytes again until each batch is stored: the broker knows by the sequence what it has. */
  async #produceRound(
    batches: readonly PlacedBatch[],
    transactionalId: string | null,
  ): Promise<ReadonlyMap<string, Offset>> {
    const stored = new Map<string, Offset>()
    const missing = new Set(batches)
    const topics = [...new Set(batches.map(({ topic }) => topic))]
    const attempt = { operation: 'Write', resource: `topic ${topics.join(', ')}`, topics }
    await this.link.persist(attempt, REQUEST_MS, async () => {
      const byBroker = new Map<KafkaBroker, PlacedBatch[]>()
      for (const batch of missing) {
        const broker = await this.link.leader(batch.topic, batch.partition)
        byBroker.set(broker, [...(byBroker.get(broker) ?? []), batch])
      }
      const answers = await Promise.allSettled(
        [...byBroker].map(([broker, some]) =>
          this.link.send(broker, produceRequest(transactionalId, some, REQUEST_MS)),
        ),
      )
      let failure: unknown = null
      for (const answer of answers) {
        if (answer.status === 'rejected') failure ??= answer.reason
        else {
          const failures = answer.value.map((one) =>
            this.#note(one, missing, stored, transactionalId !== null),
          )
          failure ??= failures.find((one) => one !== null) ?? null
        }
      }
      if (failure !== null) throw failure
    })
    return stored
  }

  #note(
    one: ProducedBatch,
    missing: Set<PlacedBatch>,
    stored: Map<string, Offset>,
    transactional: boolean,
  ): unknown {
    if (one.errorCode === INVALID_TXN_STATE && !transactional)
      return new KafkaCodeError(CONCURRENT_TRANSACTIONS)
    if (one.errorCode !== 0 && one.errorCode !== DUPLICATE_SEQUENCE) return new KafkaCodeError(one.errorCode)
    for (const batch of missing) {
      if (batch.topic !== one.topic || batch.partition !== one.partition) continue
      missing.delete(batch)
      stored.set(`${one.partition} ${one.topic}`, one.baseOffset)
    }
    return null
  }
}

/** Fails when both have ended: what is still under way must not meet what is done about a failure. */
async function bothDone<A, B>(one: Promise<A>, other: Promise<B> | undefined): Promise<[A, B | undefined]> {
  const [first, second] = await Promise.allSettled([one, other])
  if (first.status === 'rejected') throw first.reason
  if (second.status === 'rejected') throw second.reason
  return [first.value, second.value]
}
