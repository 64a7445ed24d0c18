import { LogUnavailableError } from '../errors.js'
import type { Guarantee, Offset, Topic } from '../port.js'
import { BatchBuffers } from './batch-buffers.js'
import { KafkaCodeError } from './kafka-errors.js'
import type { KafkaLink } from './kafka-link.js'
import type { KafkaBroker } from './kafkajs-client.js'
import type { PartitionWrite, RecordGroup } from './partition-writes.js'
import {
  announcedTransactions,
  bothDone,
  type GroupPosition,
  REQUEST_MS,
  type TransactionProtocol,
  transactionProtocol,
} from './transaction-protocol.js'
import { encodeBatch } from './wire/encode-batch.js'
import { type PlacedBatch, type ProducedBatch, produceRequest } from './wire/produce-request.js'
import type { TransactionPlace } from './wire/transaction-requests.js'

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
  readonly #buffers = new BatchBuffers()
  #dead = false

  private constructor(
    private readonly link: KafkaLink,
    private readonly transactionalId: string | null,
    private readonly protocol: TransactionProtocol,
    private producerId: string,
    private producerEpoch: number,
  ) {}

  /**
   * With a transactional id: whoever used it before is fenced, and its open transaction finished when this resolves.
   * Without: an idempotent producer.
   * @param guarantee at least once, who writes outside of transactions is fenced by the epoch of one producer id: it must stay
   */
  static async open(
    link: KafkaLink,
    transactionalId: string | null,
    transactionMs: number,
    guarantee: Guarantee = 'exactly-once',
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
    const protocol =
      transactionalId === null || guarantee === 'at-least-once'
        ? announcedTransactions(link)
        : await transactionProtocol(link)
    return new ProducerSession(link, transactionalId, protocol, producerId, producerEpoch)
  }

  get usable(): boolean {
    return !this.#dead
  }

  /**
   * Everything in one transaction.
   * @param onEnding called when nothing is left but to end it
   * @returns offset of the first record of each write
   * @throws FencedError when another session has the transactional id; nothing was written
   * @throws LogUnavailableError when it is not known whether it was written
   */
  transact(
    writes: readonly PartitionWrite[],
    position?: GroupPosition,
    onEnding: () => void = () => undefined,
  ): Promise<readonly Offset[]> {
    return this.#once(async () => {
      const place = this.#place()
      const { protocol } = this
      await protocol.announce(place, writes, position)
      const [offsets] = await bothDone(
        this.#produceAll(writes, true),
        position === undefined ? undefined : protocol.commitPosition(place, position),
      )
      onEnding()
      if (writes.length > 0 || position !== undefined) this.#goOnAs(await protocol.end(place))
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

  #place(): TransactionPlace {
    const { transactionalId, producerId, producerEpoch } = this
    if (transactionalId === null) throw new Error('an idempotent session has no transactions')
    return { transactionalId, producerId, producerEpoch }
  }

  /** Sequences begin anew with each epoch. */
  #goOnAs({ producerId, producerEpoch }: TransactionPlace): void {
    if (producerId === this.producerId && producerEpoch === this.producerEpoch) return
    this.producerId = producerId
    this.producerEpoch = producerEpoch
    this.#sequences.clear()
  }

  /** Batch by batch: the first of every partition together, then the second of each. */
  async #produceAll(writes: readonly PartitionWrite[], transactional: boolean): Promise<readonly Offset[]> {
    const rest = writes.map(({ groups }) => [...groups])
    const offsets = writes.map(() => -1)
    for (;;) {
      const round: { readonly index: number; readonly batch: PlacedBatch; readonly room: Buffer }[] = []
      const taken = new Set<string>()
      writes.forEach(({ topic, partition }, index) => {
        const key = `${partition} ${topic}`
        const group = taken.has(key) ? undefined : rest[index]!.shift()
        if (group === undefined) return
        taken.add(key)
        const room = this.#buffers.take(group.sizeMax)
        round.push({ index, batch: this.#encode(topic, partition, group, transactional, room), room })
      })
      if (round.length === 0) return offsets
      const produced = await this.#produceRound(
        round.map(({ batch }) => batch),
        transactional ? this.transactionalId : null,
      )
      for (const { index, batch, room } of round) {
        const at = produced.offsets.get(`${batch.partition} ${batch.topic}`) ?? -1
        if (offsets[index] === -1) offsets[index] = at
        // An attempt before may still be on its way to nobody.
        if (produced.attempts === 1) this.#buffers.giveBack(room)
      }
    }
  }

  #encode(
    topic: Topic,
    partition: number,
    { records }: RecordGroup,
    transactional: boolean,
    room: Buffer,
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
    return { topic, partition, bytes: encodeBatch(records, producer, room) }
  }

  /** The very same bytes again until each batch is stored: the broker knows by the sequence what it has. */
  async #produceRound(
    batches: readonly PlacedBatch[],
    transactionalId: string | null,
  ): Promise<{ readonly offsets: ReadonlyMap<string, Offset>; readonly attempts: number }> {
    let attempts = 0
    const stored = new Map<string, Offset>()
    const missing = new Set(batches)
    const topics = [...new Set(batches.map(({ topic }) => topic))]
    const attempt = { operation: 'Write', resource: `topic ${topics.join(', ')}`, topics }
    await this.link.persist(attempt, REQUEST_MS, async () => {
      attempts++
      const byBroker = new Map<KafkaBroker, PlacedBatch[]>()
      for (const batch of missing) {
        const broker = await this.link.leader(batch.topic, batch.partition)
        byBroker.set(broker, [...(byBroker.get(broker) ?? []), batch])
      }
      const answers = await Promise.allSettled(
        [...byBroker].map(([broker, some]) =>
          this.link.send(
            broker,
            transactionalId === null
              ? produceRequest(null, some, REQUEST_MS)
              : this.protocol.produce(transactionalId, some),
          ),
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
    return { offsets: stored, attempts }
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
