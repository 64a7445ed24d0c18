import { AnomalyDetector } from '#shared/calibration/anomaly-detector'
import type { LogRecord } from '#shared/log/port'
import { BatchOutcome } from '#shared/pipeline/batch-outcome'
import type { Decode } from '#shared/pipeline/line-options'
import { PartitionSeries } from '#shared/pipeline/partition-series'
import { SampleBuffers } from '#shared/pipeline/sample-buffers'
import { SampleLine, type SampleLineOptions } from '#shared/pipeline/sample-line'
import { Sequencer, type SequencerOptions } from '#shared/pipeline/sequencer'
import type { Wave, WaveEntry } from '#shared/pipeline/wave'
import { SeriesState } from '#shared/series-state/series-state'
import type { TrainingSet } from './training-set.js'

/** An anomaly lasts until its rating falls below this: in the middle of an incident a sample may lie near the one before. */
const LASTS = 0.5

/**
 * Turns records into training samples by the code that the forecaster runs: decode, order, align, encode with the autoregression.
 * Keeps that much of each series' state, and what tells anomalies, and nothing else of the model.
 */
export class SampleCollector {
  private readonly line: SampleLine
  private readonly anomalies: AnomalyDetector
  private readonly lastsAt: number
  private readonly sequencer: Sequencer
  private readonly partitions = new Map<number, PartitionSeries>()
  /** Samples collected, and about as many as were there before what was read. */
  samples = 0

  constructor(
    private readonly options: SequencerOptions & SampleLineOptions & { readonly falseAlarmsPer10k: number },
    decode: Decode,
    private readonly set: TrainingSet,
  ) {
    this.line = new SampleLine(options)
    this.anomalies = new AnomalyDetector(this.line.layout, options.falseAlarmsPer10k)
    this.lastsAt = this.line.layout.reserve('anomaly-lasts', 1)
    this.sequencer = new Sequencer(
      options,
      decode,
      (id, offset) => new SeriesState(id, offset, new Float64Array(this.line.layout.size)),
    )
  }

  /** Highest event time seen, milliseconds since 1970; −Infinity before the first. */
  get streamTimeMs(): number {
    let highest = Number.NEGATIVE_INFINITY
    for (const partition of this.partitions.values()) highest = Math.max(highest, partition.streamTimeMs)
    return highest
  }

  get series(): number {
    let count = 0
    for (const partition of this.partitions.values()) count += partition.series.size
    return count
  }

  /** Collect the samples of some records of one partition, in offset order. */
  take(partition: number, records: readonly LogRecord[]): void {
    let state = this.partitions.get(partition)
    if (!state) {
      state = new PartitionSeries()
      this.partitions.set(partition, state)
    }
    const waves = this.sequencer.sequence(state, records, new BatchOutcome(Number.POSITIVE_INFINITY))
    for (const wave of waves) this.collect(wave)
  }

  private collect(wave: Wave): void {
    const { line, set } = this
    for (const entry of wave) {
      const { state, sample, fresh } = entry
      if (fresh) {
        line.resetModel(state)
        state.samples = 0
      }
      if (fresh || sample.skipped > 0) set.break(state.id)
      if (sample.skipped > 0) line.bridge(state, sample)
      if (!sample.observed) entry.taken = line.encoder.expected(state.numbers, sample.index)
    }
    const teaches = wave.map((entry) => entry.sample.observed && !this.isAnomalous(entry))
    const buffers = new SampleBuffers(wave.length, line.sizes)
    line.encode(wave, buffers)
    for (let b = 0; b < wave.length; b++) {
      const { state, sample, taken } = wave[b]
      const row = buffers.features.subarray(b * line.features, (b + 1) * line.features)
      const scale = line.encoder.scale.spread(state.numbers)
      set.add(state.id, row, taken, scale, teaches[b]!, sample.timeMs)
      if (sample.observed) state.samples++
      this.samples++
    }
  }

  /**
   * Whether nothing is to be learned from a sample. The forecaster's detector judges it here by a forecast that needs no
   * mixture: the value before, moved as the profile moves.
   */
  private isAnomalous({ state: { numbers, samples }, sample: { index, value } }: WaveEntry): boolean {
    const { history, profile, scale } = this.line.encoder
    const { season } = this.options
    if (samples === 0) return false
    const change = profile.deviation(numbers, index) - profile.deviation(numbers, index - 1)
    const forecast = history.get(numbers, index - 1) + change
    const seasonBefore = samples > season ? history.get(numbers, index - season) : Number.NaN
    const spread = scale.spread(numbers)
    const rating = this.anomalies.rate(numbers, { value, forecast, seasonBefore, spread })
    const anomalous = rating > (numbers[this.lastsAt]! > 0 ? LASTS : 1)
    numbers[this.lastsAt] = anomalous ? 1 : 0
    return anomalous
  }
}
