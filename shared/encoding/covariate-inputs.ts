import type { Covariates } from '#shared/series/covariates'
import type { StateLayout } from '#shared/series-state/state-layout'
import { clipFeature } from './sample-encoder.js'

const COUNT = 0
const LAST = 1
const MEAN = 2
const SQUARE = 3
const STEP_SQUARE = 4
const LENGTH = 5

/** Seasons that a covariate's usual mean and spread remember. */
const MEMORY_SEASONS = 20
const MEMORY_MIN = 160
/** From so many values on, one counts for so many spreads at most: a wild value does not become usual. */
const TRUSTED = 30
const WILD = 6
/** Inputs per covariate. */
const INPUTS = 3

/**
 * Inputs of the recurrent net from other fields of the same record. Of each covariate: how far it lies from its usual mean, in
 * spreads; its latest step, in root mean square steps; and whether this record has it. One that is missing stays where it was.
 *
 * The values of the series' own future are never among them: a record knows its covariates when it knows its value.
 */
export class CovariateInputs {
  readonly names: readonly string[]
  private readonly at: number
  private readonly memory: number

  /**
   * @param covariates their names
   * @param season samples in the main season
   */
  constructor(
    layout: StateLayout,
    private readonly covariates: readonly string[],
    season: number,
  ) {
    this.at = layout.reserve(`covariates(${covariates.join()})`, LENGTH * covariates.length)
    this.memory = Math.max(MEMORY_MIN, MEMORY_SEASONS * season)
    this.names = covariates.flatMap((name) => [`${name}/spread`, `${name}-step/step`, `${name}-observed`])
  }

  /**
   * Learn from what a record says, and write the inputs to `row` from `rowAt` on.
   * @param said null for a sample that no record carried
   */
  encode(numbers: Float64Array, said: Covariates | null, row: Float32Array, rowAt: number): void {
    for (let c = 0; c < this.covariates.length; c++) {
      this.encodeOne(numbers, this.at + c * LENGTH, said?.[c] ?? null, row, rowAt + c * INPUTS)
    }
  }

  private encodeOne(
    numbers: Float64Array,
    at: number,
    value: number | null,
    row: Float32Array,
    rowAt: number,
  ): void {
    const last = numbers[at + LAST]
    const known = numbers[at + COUNT] > 0
    if (value !== null) this.learn(numbers, at, value)
    const now = numbers[at + LAST]
    const spread = Math.sqrt(numbers[at + SQUARE])
    const step = Math.sqrt(numbers[at + STEP_SQUARE])
    row[rowAt] = spread > 0 ? clipFeature((now - numbers[at + MEAN]) / spread) : 0
    row[rowAt + 1] = known && step > 0 ? clipFeature((now - last) / step) : 0
    row[rowAt + 2] = value === null ? 0 : 1
  }

  private learn(numbers: Float64Array, at: number, value: number): void {
    const count = numbers[at + COUNT] + 1
    const mean = numbers[at + MEAN]
    const rate = 1 / Math.min(count, this.memory)
    const trusted = count > TRUSTED
    const from = bounded(value - mean, trusted ? numbers[at + SQUARE] : 0)
    const step = count > 1 ? bounded(value - numbers[at + LAST], trusted ? numbers[at + STEP_SQUARE] : 0) : 0
    numbers[at + COUNT] = count
    numbers[at + LAST] = value
    numbers[at + MEAN] = mean + rate * from
    numbers[at + SQUARE] = (1 - rate) * (numbers[at + SQUARE] + rate * from * from)
    numbers[at + STEP_SQUARE] = numbers[at + STEP_SQUARE] + rate * (step * step - numbers[at + STEP_SQUARE])
  }
}

/** What a deviation counts for; whatever it is, where there is no spread yet. */
function bounded(deviation: number, square: number): number {
  const bound = square > 0 ? WILD * Math.sqrt(square) : Number.POSITIVE_INFINITY
  return Math.max(-bound, Math.min(bound, deviation))
}
