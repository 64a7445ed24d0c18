import { SampleEncoder } from '#shared/encoding/sample-encoder'
import type { LogRecord } from '#shared/log/port'
import { BatchOutcome } from '#shared/pipeline/batch-outcome'
import type { Decode } from '#shared/pipeline/line-options'
import { PartitionSeries } from '#shared/pipeline/partition-series'
import { Sequencer, type SequencerOptions } from '#shared/pipeline/sequencer'
import { seasonOf } from '#shared/series/season'
import { SeriesState } from '#shared/series-state/series-state'
import { StateLayout } from '#shared/series-state/state-layout'
import type { TrainingSet } from './training-set.js'

/**
 * Turns records into training samples by the code that the forecaster runs: decode, order, align, encode.
 * Keeps the encoder's part of each series' state and nothing else of the model.
 */
export class SampleCollector {
  private readonly layout = new StateLayout()
  private readonly encoder: SampleEncoder
  private readonly sequencer: Sequencer
  private readonly partitions = new Map<number, PartitionSeries>()
  /** [F] */
  private readonly row: Float32Array
  /** Samples collected. */
  samples = 0

  constructor(
    options: SequencerOptions & { readonly season: number; readonly horizon: number },
    decode: Decode,
    private readonly set: TrainingSet,
  ) {
    this.encoder = new SampleEncoder(
      this.layout,
      seasonOf(options.season, options.cadenceMs),
      options.horizon,
    )
    this.row = new Float32Array(this.encoder.features)
    this.sequencer = new Sequencer(
      options,
      decode,
      (id, offset) => new SeriesState(id, offset, new Float64Array(this.layout.size)),
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
    for (const wave of waves) {
      for (const { state: series, sample, fresh } of wave) {
        const { numbers } = series
        if (fresh) numbers.fill(0)
        if (fresh || sample.skipped > 0) this.set.break(series.id)
        if (sample.skipped > 0) this.encoder.bridge(numbers, sample.index - sample.skipped, sample.index)
        const value = sample.observed ? sample.value : this.encoder.expected(numbers, sample.index)
        this.encoder.encode(numbers, sample.index, value, sample.observed, sample.skipped, this.row, 0)
        const scale = this.encoder.scale.spread(numbers)
        this.set.add(series.id, this.row, value, scale, sample.observed, sample.timeMs)
        this.samples++
      }
    }
  }
}
