import type { Clock } from '#shared/clock/clock'
import { KafkaCodeError } from '#shared/log/kafka/kafka-errors'
import { KafkaLink } from '#shared/log/kafka/kafka-link'
import { createKafka } from '#shared/log/kafka/kafkajs-client'
import { encodeBatch } from '#shared/log/kafka/wire/encode-batch'
import { type PlacedBatch, produceRequest } from '#shared/log/kafka/wire/produce-request'
import type { NewRecord, Topic } from '#shared/log/port'
import { MeterEvents } from './meter-events.js'

export interface SendingOptions {
  readonly brokers: readonly string[]
  readonly input: Topic
  readonly partitions: number
  readonly series: number
  readonly eventsPerSecond: number
  /** Number of the first event to send: those before it are there. */
  readonly firstEvent: number
  readonly startMs: number
  readonly untilMs: number
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Events that were sent, and that will have been. */
  readonly onProgress: (sent: number, total: number) => void
}

export interface Sent {
  /** How far the sender was behind its own schedule at most: the broker's time stamp cannot show that. */
  readonly senderLateMs: number
  readonly eventsPerSecond: number
}

const TICK_MS = 10
const REQUEST_MS = 20_000
const NO_PRODUCER = { producerId: -1n, epoch: -1, sequence: -1, transactional: false }

/**
 * Send events by a schedule that waits for nothing: each tick's at once, each partition's as a batch, below kafkajs's producer, whose
 * processor time would be missing to what is measured on the same cores. Nothing is tried again: a batch that is refused fails it.
 */
export async function sendBySchedule(options: SendingOptions): Promise<Sent> {
  const { brokers, input, partitions, startMs, untilMs, eventsPerSecond, clock, signal } = options
  const meters = new MeterEvents(options.series, partitions)
  const link = new KafkaLink(createKafka({ brokers, clientId: 'bench-sender' }), clock)
  const sending = new Set<Promise<void>>()
  let failure: unknown = null
  let [sent, senderLateMs] = [0, 0]
  const dueAt = (ms: number) => Math.floor(((ms - startMs) * eventsPerSecond) / 1000)
  try {
    await link.awaitLeaders({ topic: input, partitions })
    for (let tickMs = startMs; tickMs < untilMs && failure === null; tickMs += TICK_MS) {
      const waitMs = tickMs - clock.now()
      if (waitMs > 0) await clock.sleep(waitMs, signal)
      if (signal.aborted) break
      senderLateMs = Math.max(senderLateMs, clock.now() - tickMs)
      const due = dueAt(tickMs)
      if (due === sent) continue
      const one: Promise<void> = send(link, batchesOf(meters, sent, due, options))
        .catch((error: unknown) => {
          failure = error
        })
        .finally(() => sending.delete(one))
      sending.add(one)
      sent = due
      options.onProgress(sent, dueAt(untilMs))
    }
    await Promise.all(sending)
    if (failure !== null) throw failure
    return { senderLateMs, eventsPerSecond: (sent * 1000) / (untilMs - startMs) }
  } finally {
    await link.close()
  }
}

function batchesOf(
  meters: MeterEvents,
  from: number,
  to: number,
  { input, partitions, firstEvent }: SendingOptions,
): PlacedBatch[] {
  const parts = Array.from({ length: partitions }, (): NewRecord[] => [])
  for (let n = from; n < to; n++) {
    const event = meters.event(firstEvent + n, 0)
    parts[event.partition]!.push(event)
  }
  return parts.flatMap((records, partition) =>
    records.length === 0 ? [] : [{ topic: input, partition, bytes: encodeBatch(records, NO_PRODUCER) }],
  )
}

/** Brokers may lead some of the partitions each. */
async function send(link: KafkaLink, batches: readonly PlacedBatch[]): Promise<void> {
  const leaders = await Promise.all(batches.map(({ topic, partition }) => link.leader(topic, partition)))
  const requests = [...new Set(leaders)].map(async (leader) => {
    const its = batches.filter((_, i) => leaders[i] === leader)
    const produced = await link.send(leader, produceRequest(null, its, REQUEST_MS))
    for (const { errorCode } of produced) if (errorCode !== 0) throw new KafkaCodeError(errorCode)
  })
  await Promise.all(requests)
}
