import { deserialize, serialize } from 'node:v8'
import type { PipelineTopics } from '#shared/contracts/topics'
import type { Log, LogRecord, NewRecord, Write } from '#shared/log/port'

/** What a real run wrote to one topic, and how much of it for each event. */
interface TapedTopic {
  readonly topic: keyof PipelineTopics
  readonly perEvent: number
  readonly records: readonly Omit<LogRecord, 'offset' | 'timestamp'>[]
}

const TAPED = ['forecasts', 'scores', 'lifecycle', 'state'] as const
const LENGTH = 2_000

/**
 * Outputs of a real run, to be written again by a line that computes nothing: the same bytes, as many for each event, the
 * saved states among them.
 */
export class OutputTape {
  readonly #played = new Map<string, number>()
  #events = 0

  private constructor(private readonly topics: readonly TapedTopic[]) {}

  /** @param events that the run has consumed */
  static async record(log: Log, topics: PipelineTopics, events: number): Promise<OutputTape> {
    const taped: TapedTopic[] = []
    for (const topic of TAPED) {
      const records: LogRecord[] = []
      let written = 0
      for (let partition = 0; partition < (await log.partitions(topics[topic])); partition++) {
        const { start, end } = await log.bounds(topics[topic], partition)
        if (end === start) continue
        for await (const batch of log.read(topics[topic], partition, start, end)) {
          written += batch.records.length
          // The last of the first partition: forecasts and states are as large there as they stay.
          if (partition === 0) records.push(...batch.records)
          if (records.length > 2 * LENGTH) records.splice(0, records.length - LENGTH)
        }
      }
      if (written === 0 || records.length === 0) continue
      const kept = records.slice(-LENGTH)
      taped.push({
        topic,
        perEvent: written / events,
        records: kept.map(({ key, value, headers }) => ({
          key: key && Buffer.from(key),
          value: value && Buffer.from(value),
          headers: headers.map(([name, bytes]) => [name, Buffer.from(bytes)] as const),
        })),
      })
    }
    return new OutputTape(taped)
  }

  static read(bytes: Uint8Array): OutputTape {
    return new OutputTape(deserialize(bytes) as TapedTopic[])
  }

  toBytes(): Buffer {
    return serialize(this.topics)
  }

  /** Bytes of values that one event leads to, by topic. */
  get bytesPerEvent(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      this.topics.map(({ topic, perEvent, records }) => {
        const sum = records.reduce((bytes, { value }) => bytes + (value?.length ?? 0), 0)
        return [topic, Math.round((perEvent * sum) / records.length)]
      }),
    )
  }

  /** What the next batch of a partition leads to; the state's record is there in any case, as the position is. */
  play(topics: PipelineTopics, partition: number, batch: readonly LogRecord[]): Write[] {
    this.#events += batch.length
    const { timestamp } = batch[0]!
    return this.topics.map(({ topic, perEvent, records }) => {
      const played = this.#played.get(topic) ?? 0
      const due = Math.round(this.#events * perEvent) - played
      const count = topic === 'state' ? Math.max(1, due) : due
      this.#played.set(topic, played + count)
      const now: NewRecord[] = []
      for (let i = 0; i < count; i++) {
        now.push({ ...records[(played + i) % records.length]!, partition, timestamp })
      }
      return { topic: topics[topic], records: now, ...(topic === 'state' ? { order: 'last' as const } : {}) }
    })
  }
}
