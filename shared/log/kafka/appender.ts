import { LogUnavailableError } from '../errors.js'
import { copyRecords } from '../local/copy-records.js'
import type { NewRecord, Topic } from '../port.js'
import { describing } from './kafka-errors.js'
import type { KafkaLink } from './kafka-link.js'
import { writesByPartition } from './partition-writes.js'
import { ProducerSession } from './producer-session.js'
import { recordSizeMax } from './wire/encode-batch.js'

interface QueuedAppend {
  readonly topic: Topic
  readonly records: readonly NewRecord[]
  readonly bytes: number
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

const QUEUE_BYTES_MAX = 64 * 1024 * 1024

/**
 * Appends outside of any ownership, in the order of the calls, one at a time. Records of one partition that fit in a
 * batch are whole by themselves, through an idempotent producer; everything else goes in a transaction.
 */
export class Appender {
  readonly #queue: QueuedAppend[] = []
  #bytes = 0
  #working: Promise<void> | null = null
  #idempotent: ProducerSession | null = null
  #transactional: ProducerSession | null = null

  constructor(
    private readonly link: KafkaLink,
    private readonly transactionalId: string,
    private readonly transactionMs: number,
  ) {}

  append(topic: Topic, records: readonly NewRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve()
    const bytes = records.reduce((sum, record) => sum + recordSizeMax(record), 0)
    if (this.#bytes > 0 && this.#bytes + bytes > QUEUE_BYTES_MAX) {
      throw new LogUnavailableError('Kafka takes records more slowly than they come; try again in a moment.')
    }
    const copied = copyRecords(records)
    this.#bytes += bytes
    return new Promise((done, failed) => {
      this.#queue.push({ topic, records: copied, bytes, done, failed })
      this.#working ??= this.#work()
    })
  }

  /** Resolves when nothing is queued. */
  async drained(): Promise<void> {
    await this.#working
  }

  async #work(): Promise<void> {
    for (let append = this.#queue.shift(); append !== undefined; append = this.#queue.shift()) {
      try {
        await this.#write(append)
        append.done()
      } catch (error) {
        append.failed(error)
      }
      this.#bytes -= append.bytes
    }
    this.#working = null
  }

  async #write({ topic, records }: QueuedAppend): Promise<void> {
    const writes = writesByPartition([{ topic, records }])
    for (const { partition } of writes) {
      await this.link.persist(describing(topic), 30_000, () => this.link.leader(topic, partition))
    }
    if (writes.length === 1 && writes[0]!.groups.length === 1) {
      if (!this.#idempotent?.usable) {
        this.#idempotent = await ProducerSession.open(this.link, null, this.transactionMs)
      }
      await this.#idempotent.send(writes)
      return
    }
    if (!this.#transactional?.usable) {
      this.#transactional = await ProducerSession.open(this.link, this.transactionalId, this.transactionMs)
    }
    await this.#transactional.transact(writes)
  }
}
