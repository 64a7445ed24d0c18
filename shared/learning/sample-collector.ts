import type { LogRecord } from '#shared/log/port'
import { BatchOutcome } from '#shared/pipeline/batch-outcome'
import type { Decode } from '#shared/pipeline/line-options'
import { PartitionSeries } from '#shared/pipeline/partition-series'
import { SampleBuffers } from '#shared/pipeline/sample-buffers'
import { SampleLine } from '#shared/pipeline/sample-line'
import { Sequencer, type SequencerOptions } from '#shared/pipeline/sequencer'
import type { Wave } from '#shared/pipeline/wave'
import { SeriesState } from '#shared/series-state/series-state'
import type { TrainingSet } from './training-set.js'

/**
 * Turns records into training samples by the code that the forecaster runs: decode, order, align, encode with the autoregression.
 * Keeps that much of each series' state and nothing else of the model.
 */
export class SampleCollector {
  private readonly line: SampleLine
  private readonly sequencer: Sequencer
  private readonly partitions = new Map<number, PartitionSeries>()
  /** Samples collected. */
  samples = 0

  constructor(
    options: SequencerOptions & { readonly season: number; readonly horizon: number },
    decode: Decode,
    private readonly set: TrainingSet,
  ) {
    this.line = new SampleLine(options)
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
      if (fresh) line.resetModel(state)
      if (fresh || sample.skipped > 0) set.break(state.id)
      if (sample.skipped > 0) line.bridge(state, sample)
      if (!sample.observed) entry.taken = line.encoder.expected(state.numbers, sample.index)
    }
    const buffers = new SampleBuffers(wave.length, line.sizes)
    line.encode(wave, buffers)
    for (let b = 0; b < wave.length; b++) {
      const { state, sample, taken } = wave[b]
      const row = buffers.features.subarray(b * line.features, (b + 1) * line.features)
      const scale = line.encoder.scale.spread(state.numbers)
      set.add(state.id, row, taken, scale, sample.observed, sample.timeMs)
      this.samples++
    }
  }
}
