import { createHash, type Hash } from 'node:crypto'
import { systemClock } from '#shared/clock/system-clock'
import { partitionOfKey } from '#shared/log/kafka/partition-of-key'
import type { Log, NewRecord } from '#shared/log/port'
import { Worker, type WorkerOptions } from './worker.js'

const HOUR_MS = 3_600_000
const START_MS = Date.UTC(2026, 0, 1)

export interface Workload {
  readonly series: number
  readonly hours: number
  readonly partitions: number
}

/** What an input has been sent so far. */
export interface Sent extends Workload {
  hours: number
}

/**
 * A daily wave of its own for each series, hour by hour: no two series alike, and the same in every run.
 * @param fromHour leave the hours before out
 */
export function makeEvents({ series: count, hours, partitions }: Workload, fromHour = 0): NewRecord[] {
  const records: NewRecord[] = []
  for (let hour = fromHour; hour < hours; hour++) {
    for (let s = 0; s < count; s++) {
      const series = `meter-${s}`
      const key = Buffer.from(series)
      const value =
        100 + s + (10 + s) * Math.sin((2 * Math.PI * (hour + s)) / 24) + ((hour * 7 + s * 13) % 11)
      const timestamp = START_MS + hour * HOUR_MS
      const event = { series, time: timestamp, value }
      const partition = partitionOfKey(key, partitions)
      records.push({ partition, key, value: Buffer.from(JSON.stringify(event)), headers: [], timestamp })
    }
  }
  return records
}

/** A series has a forecast from its second sample on. */
export const forecastsOf = ({ series, hours }: Workload): number => series * (hours - 1)

export interface RunOptions {
  /** Reads what is published. */
  readonly log: Log
  readonly brokers: readonly string[]
  readonly input: string
  /** Stands before the topics of this run. */
  readonly prefix: string
  readonly partitions: number
  /** Settings of `log` beside the brokers. */
  readonly logSettings?: object
  /** Settings of the pipeline beside what every run has. */
  readonly pipelineSettings?: object
}

/** What one partition's consumers see: origin offsets in order, and a fingerprint of keys, values and headers. */
export interface PublishedPartition {
  readonly origins: readonly number[]
  readonly hash: string
}

/** Worker processes that forecast one input under one prefix, and what they publish. */
export class ForecastRun {
  readonly workers: Worker[] = []

  readonly #seen: { readonly origins: number[]; readonly hash: Hash; next: number }[]
  #exists = false

  constructor(private readonly options: RunOptions) {
    const fresh = () => ({ origins: [], hash: createHash('sha256'), next: 0 })
    this.#seen = Array.from({ length: options.partitions }, fresh)
  }

  /** As a file for other commands would hold it. */
  get configuration(): object {
    const { brokers, input, prefix, partitions, logSettings, pipelineSettings } = this.options
    return {
      topicPrefix: prefix,
      log: { kind: 'kafka', brokers, sessionTimeout: '6s', ...logSettings },
      // Forecasts are as old as the events, and the broker deletes by that time.
      retention: { age: '3650d' },
      pipelines: {
        meters: {
          ...{ cadence: '1h', flushAfter: '500ms', batchMax: 50, skewMax: '1000d' },
          input: { topic: input, partitions },
          ...pipelineSettings,
        },
      },
    }
  }

  start(options?: WorkerOptions): Worker {
    const worker = new Worker(this.configuration, options)
    this.workers.push(worker)
    return worker
  }

  /** Reads on where the last call ended: what is committed does not change. */
  async published(): Promise<PublishedPartition[]> {
    const { log, prefix } = this.options
    const topic = `${prefix}.meters.forecasts`
    if (!this.#exists) this.#exists = (await log.partitions(topic)) > 0
    if (!this.#exists) return this.#seen.map(({ origins }) => ({ origins, hash: '' }))
    return Promise.all(
      this.#seen.map(async (seen, partition) => {
        const { end } = await log.bounds(topic, partition)
        for await (const { records } of log.read(topic, partition, seen.next, end)) {
          for (const { key, value, headers } of records) {
            const message = JSON.parse(Buffer.from(value!).toString())
            seen.origins.push(Number(message.origin.offset))
            seen.hash.update(key!).update(value!)
            for (const [name, bytes] of headers) seen.hash.update(name).update(bytes)
          }
        }
        seen.next = Math.max(seen.next, end)
        return { origins: seen.origins, hash: seen.hash.copy().digest('hex') }
      }),
    )
  }

  /** Forecasts that consumers see. */
  async count(): Promise<number> {
    return (await this.published()).reduce((sum, { origins }) => sum + origins.length, 0)
  }

  /** Wait for something that the workers bring about. */
  async until(what: string, done: () => Promise<boolean>, maxMs = 90_000): Promise<void> {
    for (const from = systemClock.now(); !(await done()); await systemClock.sleep(100)) {
      if (systemClock.now() - from < maxMs) continue
      const said = this.workers.map(({ output }) => output.slice(-3_000)).join('\n---\n')
      throw new Error(`${what} did not come about:\n${said}`)
    }
  }

  /** Resolves with what is published when `forecasts` are. */
  async finished(forecasts: number, maxMs?: number): Promise<PublishedPartition[]> {
    await this.until(`${forecasts} forecasts`, async () => (await this.count()) >= forecasts, maxMs)
    return this.published()
  }

  /** Send the next hours. */
  async send(sent: Sent, hours: number): Promise<void> {
    const from = sent.hours
    sent.hours += hours
    await this.options.log.append(this.options.input, makeEvents(sent, from))
  }

  /** Send the next hours, and more until some of them are forecast and some are not: however fast the machine is, work is unfinished then. */
  async leaveWork(sent: Sent, hours: number): Promise<void> {
    for (let unfinished = false; !unfinished; ) {
      const before = await this.count()
      await this.send(sent, hours)
      await this.until('new forecasts', async () => (await this.count()) > before)
      unfinished = (await this.count()) < forecastsOf(sent)
    }
  }

  async killAll(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.kill()))
  }
}
