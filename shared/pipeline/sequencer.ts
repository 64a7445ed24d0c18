import type { SampleSpan } from '#shared/learning/sample-span'
import type { LogRecord, Offset } from '#shared/log/port'
import { alignToGrid, type GridOptions } from '#shared/sequencing/align-to-grid'
import { orderObservation } from '#shared/sequencing/order-observations'
import type { Observation } from '#shared/series/observation'
import { gridTime } from '#shared/series/time-grid'
import type { SeriesState } from '#shared/series-state/series-state'
import type { BatchOutcome, LifecycleEvent } from './batch-outcome.js'
import type { Decode } from './line-options.js'
import type { PartitionSeries } from './partition-series.js'
import { type Wave, WaveEntry } from './wave.js'

export interface SequencerOptions extends GridOptions {
  readonly graceMs: number
  readonly seriesMax: number
}

/**
 * decode → order → align: records in, waves of samples out.
 *
 * Dead letters, duplicates and late readings leave here. The forecaster and the trainer run this same code.
 */
export class Sequencer {
  constructor(
    private readonly options: SequencerOptions,
    private readonly decode: Decode,
    private readonly createSeries: (id: string, firstOffset: Offset) => SeriesState,
  ) {}

  /** @returns wave k holds the k-th sample of each series in these records */
  sequence(partition: PartitionSeries, records: readonly LogRecord[], outcome: BatchOutcome): Wave[] {
    const waves: WaveEntry[][] = []
    const depth = new Map<SeriesState, number>()
    const put = (entry: WaveEntry) => {
      const k = depth.get(entry.state) ?? 0
      depth.set(entry.state, k + 1)
      if (k === waves.length) waves.push([])
      waves[k].push(entry)
    }
    for (const record of records) this.take(partition, record, outcome, put)
    return waves
  }

  private take(
    partition: PartitionSeries,
    record: LogRecord,
    outcome: BatchOutcome,
    put: (entry: WaveEntry) => void,
  ): void {
    for (const decoded of this.decode(record)) {
      if (decoded.kind === 'fault') {
        outcome.addDeadLetter(outcome.nextSequence(), decoded.fault)
        continue
      }
      const id = decoded.kind === 'reset' ? decoded.series : decoded.observation.series
      const known = partition.series.get(id)
      // After a restore, states may be ahead of the records that are read again.
      if (known && record.offset <= known.lastOffset) continue
      const state = known ?? this.admit(partition, id, record.offset)
      if (!state) {
        const message = `this partition already holds ${this.options.seriesMax} series`
        outcome.addDeadLetter(outcome.nextSequence(), { record, reason: 'series-limit', message, series: id })
        continue
      }
      if (state.touch(record.offset)) outcome.dirtied.push(state)
      if (decoded.kind === 'reset') {
        // What was held back for order is given up with the rest of the series, and says so.
        for (const { timeMs, offset } of state.held)
          this.note(state, 'reset', timeMs, offset, record, outcome)
        state.forget()
        this.note(state, 'reset', null, record.offset, record, outcome)
      } else {
        this.order(partition, state, decoded.observation, record, outcome, put)
      }
    }
  }

  private admit(partition: PartitionSeries, id: string, offset: Offset): SeriesState | null {
    // Reading again after a restore, later series are already there: only those known by then count against the limit.
    if (partition.series.size >= this.options.seriesMax) {
      let earlier = 0
      for (const other of partition.series.values()) if (other.firstOffset < offset) earlier++
      if (earlier >= this.options.seriesMax) return null
    }
    const state = this.createSeries(id, offset)
    partition.series.set(id, state)
    return state
  }

  private order(
    partition: PartitionSeries,
    state: SeriesState,
    observation: Observation,
    record: LogRecord,
    outcome: BatchOutcome,
    put: (entry: WaveEntry) => void,
  ): void {
    if (observation.timeMs > partition.streamTimeMs) partition.streamTimeMs = observation.timeMs
    if (isMasked(partition.masked, observation)) {
      this.note(state, 'excluded', observation.timeMs, observation.offset, record, outcome)
      return
    }
    const ordered = orderObservation(state, observation, this.options.graceMs)
    if (ordered === 'late' || ordered === 'duplicate') {
      this.note(state, ordered, observation.timeMs, observation.offset, record, outcome)
      return
    }
    for (const released of ordered) this.align(state, released, record, outcome, put)
  }

  private align(
    state: SeriesState,
    observation: Observation,
    record: LogRecord,
    outcome: BatchOutcome,
    put: (entry: WaveEntry) => void,
  ): void {
    const fresh = state.fresh
    const aligned = alignToGrid(state, observation, this.options)
    if (!aligned) {
      this.note(state, 'same-cell', observation.timeMs, observation.offset, record, outcome)
      return
    }
    if (aligned.expired) this.note(state, 'expired', observation.timeMs, observation.offset, record, outcome)
    const { index, timeMs, skip, fill } = aligned
    const { offset } = observation
    const { timestamp: timestampMs } = record
    for (let i = index - fill; i < index; i++) {
      const filled = gridTime(i, state.phaseMs, this.options.cadenceMs)
      const sample = {
        ...{ index: i, timeMs: filled, value: Number.NaN, observed: false, skipped: 0 },
        ...{ covariates: null, offset, timestampMs },
      }
      put(new WaveEntry(state, sample, false, -1, record.offset))
    }
    const { value, covariates = null } = observation
    const sample = { index, timeMs, value, observed: true, covariates, skipped: skip, offset, timestampMs }
    put(new WaveEntry(state, sample, fresh || aligned.expired, outcome.nextSequence(), record.offset))
  }

  private note(
    state: SeriesState,
    event: LifecycleEvent,
    timeMs: number | null,
    offset: Offset,
    record: LogRecord,
    outcome: BatchOutcome,
  ): void {
    const value = { series: state.id, event, timeMs, offset, timestampMs: record.timestamp }
    outcome.addLifecycle(outcome.nextSequence(), record.offset, value)
  }
}

function isMasked(spans: readonly SampleSpan[], { series, timeMs }: Observation): boolean {
  return spans.some(
    (span) => (span.series === null || span.series === series) && timeMs >= span.fromMs && timeMs < span.toMs,
  )
}
