import { expect } from 'vitest'
import { MeterEvents } from '#services/benchmarks/kafka/meter-events'
import { systemClock } from '#shared/clock/system-clock'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { topicSpecs } from '#shared/contracts/topics'
import { endsOf } from '#shared/log/ends-of'
import type { KafkaLog } from '#shared/log/kafka/kafka-log'
import type { Guarantee, NewRecord } from '#shared/log/port'
import { brokers, openKafkaLog, uniqueName } from '../broker/open-kafka-log.js'
import { compareLast, compareTopics } from './compare-topics.js'
import { countOutcomes } from './count-outcomes.js'
import { KafkaWorker } from './kafka-worker.js'
import { say } from './progress-lines.js'
import { textOf, topicRecords } from './topic-records.js'

export const PARTITIONS = 12
export const SESSION_MS = 3_000
const CHUNK = 12_000
/** One event in so many is sent a second time at once: its outcome is `duplicate`, not a forecast. */
const DOUBLED = 499
/** Nothing that is waited for goes on for so long without a change. */
const PATIENCE_MS = 10 * 60_000

/** The same events for a disturbed run and an undisturbed one, on one broker, weights pinned, every output compared. */
export class KafkaRun {
  readonly input = uniqueName('meters')
  readonly log: KafkaLog = openKafkaLog()
  #fed = 0

  constructor(
    readonly series: number,
    /** What the disturbed workers promise; the undisturbed one commits exactly once. */
    readonly guarantee: Guarantee = 'exactly-once',
  ) {}

  /** Events that were fed, those that are sent twice counted twice. */
  get fed(): number {
    return this.#fed
  }

  /** A small net and a short horizon: what is tested is delivery. */
  settings(prefix: string): PipelineSettings {
    const configured = loadConfiguration({
      env: { FORETIDE_TOPIC_PREFIX: prefix },
      flags: {
        learn: false,
        pipelines: {
          meters: {
            ...{ cadence: '1h', horizon: 6, season: 4, model: { hidden: 8 }, weights: { pin: 0 } },
            ...{ skewMax: '100000d', flushAfter: '3s', batchMax: 100 },
            input: { topic: this.input, partitions: PARTITIONS },
          },
        },
      },
    })
    return configured.pipelines[0]!.resolve(3_600_000)
  }

  async createTopics(prefix: string): Promise<void> {
    await this.log.createTopics([
      { topic: this.input, partitions: PARTITIONS, cleanup: 'delete' },
      ...topicSpecs(this.settings(prefix).topics, PARTITIONS, {}),
    ])
  }

  /** Append the next events, up to number `to`. Each partition in batches of its own, so that no transaction takes an offset. */
  async feed(to: number): Promise<void> {
    const meters = new MeterEvents(this.series, PARTITIONS)
    while (this.#fed < to) {
      const end = Math.min(to, this.#fed + CHUNK)
      const parts = Array.from({ length: PARTITIONS }, (): NewRecord[] => [])
      for (; this.#fed < end; this.#fed++) {
        // Number n stands for event n - n / 499, so that every 499th repeats the one before it.
        const event = this.#fed - Math.floor(this.#fed / DOUBLED)
        const record = meters.event(event, Date.UTC(2027, 0, 1))
        parts[record.partition]!.push(record)
      }
      await Promise.all(parts.map((records) => this.log.append(this.input, records)))
    }
  }

  /** However fast the machine is, work is left when a fault strikes: a chunk more than what is consumed is fed, beyond what was planned if need be. */
  async keepAhead(consumed: number): Promise<void> {
    await this.feed(consumed + CHUNK)
  }

  start(prefix: string, guarantee: Guarantee = this.guarantee): KafkaWorker {
    const settings = this.settings(prefix)
    return new KafkaWorker({ brokers, prefix, sessionMs: SESSION_MS, guarantee, settings })
  }

  /** Events that are known to be consumed, by what the workers, dead ones too, have told. */
  progress(workers: readonly KafkaWorker[]): number {
    return positionsOf(workers).reduce((sum, position) => sum + position, 0)
  }

  /** Resolves when the group has consumed all that was fed. */
  async consumed(workers: () => readonly KafkaWorker[]): Promise<void> {
    const ends = await endsOf(this.log, this.input)
    const isConsumed = () => positionsOf(workers()).every((at, p) => at >= ends[p]!)
    await this.until('the end of the input', isConsumed, () => this.progress(workers()))
  }

  /** @param progress what goes up for as long as there is reason to wait */
  async until(
    what: string,
    done: () => boolean | Promise<boolean>,
    progress: () => number = () => 0,
  ): Promise<void> {
    let [from, reached] = [systemClock.now(), progress()]
    for (; !(await done()); await systemClock.sleep(50)) {
      if (progress() > reached) [from, reached] = [systemClock.now(), progress()]
      if (systemClock.now() - from > PATIENCE_MS) throw new Error(`${what} did not come about`)
    }
  }

  /** One worker, from the beginning to the end, stopped cleanly. */
  async runUndisturbed(prefix: string): Promise<void> {
    await this.createTopics(prefix)
    const worker = this.start(prefix, 'exactly-once')
    await this.consumed(() => [worker])
    expect(await worker.stop()).toBe(0)
    expect(worker.report.warnings).toEqual([])
  }

  /**
   * Until every state is saved: a worker that is stopped while it still computes again what a state lacks, saves none of that
   * partition, and the next one goes on there.
   */
  async saveStates(prefix: string): Promise<void> {
    const { topics } = this.settings(prefix)
    const isSaved = async (partition: number) => {
      let last = ''
      for await (const { key, value } of topicRecords(this.log, topics.state, partition)) {
        if (textOf(key) === 'position') last = textOf(value)
      }
      const { position, replayFrom } = JSON.parse(last)
      return position === replayFrom
    }
    const areSaved = async () => {
      for (let p = 0; p < PARTITIONS; p++) if (!(await isSaved(p))) return false
      return true
    }
    for (let waitMs = 2_000; !(await areSaved()); waitMs *= 2) {
      const worker = this.start(prefix)
      await this.until('all partitions', () => worker.report.holding.size === PARTITIONS)
      await systemClock.sleep(waitMs)
      expect(await worker.stop()).toBe(0)
    }
  }

  /** @returns how many states are the same in both runs */
  async expectSameStates(disturbed: string, undisturbed: string): Promise<number> {
    const [topic, otherTopic] = [disturbed, undisturbed].map((prefix) => this.settings(prefix).topics.state)
    const compared = { topic: topic!, otherTopic: otherTopic!, partitions: PARTITIONS }
    const { difference, records } = await compareLast(this.log, this.log, compared)
    expect(difference).toBeNull()
    expect(records).toBeGreaterThanOrEqual(this.series)
    return records
  }

  /** Every output and every state of the two runs alike, and exactly one outcome for every reading. */
  async expectSame(disturbed: string, undisturbed: string): Promise<void> {
    const [rough, calm] = [this.settings(disturbed), this.settings(undisturbed)]
    for (const prefix of [disturbed, undisturbed]) await this.saveStates(prefix)
    for (const topic of ['forecasts', 'scores', 'lifecycle', 'deadLetters', 'decisions'] as const) {
      const { records, difference } = await compareTopics(this.log, this.log, {
        ...{ topic: rough.topics[topic], otherTopic: calm.topics[topic] },
        ...{ partitions: PARTITIONS, offsets: false },
      })
      expect(difference).toBeNull()
      say(`${topic}: ${records} records alike`)
      if (topic === 'forecasts' || topic === 'scores') expect(records).toBeGreaterThan(this.fed / 2)
    }
    const states = await this.expectSameStates(disturbed, undisturbed)
    const { readings, kinds, faults } = await countOutcomes(this.log, rough)
    say(`${readings} readings: ${JSON.stringify(kinds)}; ${states} states alike`)
    expect(faults).toEqual([])
    expect(readings).toBe(this.fed)
    for (const kind of ['forecast', 'score', 'warming', 'duplicate'])
      expect(kinds[kind], kind).toBeGreaterThan(0)
  }
}

/** Of each partition, the furthest position that any of the workers began at or had acknowledged. */
function positionsOf(workers: readonly KafkaWorker[]): number[] {
  const reached = new Array<number>(PARTITIONS).fill(0)
  for (const { report } of workers) {
    for (const [p, at] of report.owned) {
      reached[p] = Math.max(reached[p]!, at, report.acknowledged.get(p) ?? 0)
    }
  }
  return reached
}
