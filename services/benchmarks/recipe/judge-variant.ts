import { ChunkArrays } from '#shared/learning/chunk-arrays'
import type { TrainingSeries } from '#shared/learning/training-series'
import { huberDelta } from '#shared/learning/training-session'
import type { GradientEngine } from '#shared/recurrent/gradient-engine'
import { type NetShape, stateSizeOf } from '#shared/recurrent/net-shape'
import { massOf } from './recipe-variant.js'
import type { TrainedVariant } from './train-variant.js'

/** Steps that only warm the state before a scored piece, and scored steps of one. */
const WARM_UP = 48
const SCORED = 96
const LANES = 64

/** Errors of a point forecast, in targets of size 1 at every lead. */
export interface PointErrors {
  readonly squaredFirst: number
  /** Mean over all leads. */
  readonly squared: number
  readonly absoluteFirst: number
  readonly absolute: number
}

/** Errors of the median, or of Huber's point, and of the mean of the quantiles, which is the same where there are none. */
export interface VariantErrors {
  readonly median: PointErrors
  readonly mean: PointErrors
}

/**
 * How well a head forecasts what training has not seen.
 * @param ends per entry of `series`: index of its first sample that is judged
 * @param single the net's shape with one output for each lead
 */
export function judgeVariant(
  engine: GradientEngine,
  series: readonly TrainingSeries[],
  ends: readonly number[],
  single: NetShape,
  { shape, values, scales }: TrainedVariant,
  levels: readonly number[],
): VariantErrors {
  const leads = single.outputs
  const middle = Math.max(0, levels.indexOf(0.5))
  const mass = levels.length > 0 ? massOf(levels) : [1]
  const chunk = new ChunkArrays(LANES, WARM_UP + SCORED, single, {
    ...{ scales, weights: new Float64Array(leads).fill(1), huberDelta },
  })
  const pieces = series.flatMap((one, s) => {
    const starts = Math.ceil((one.values.length - ends[s]!) / SCORED)
    return Array.from({ length: starts }, (_, i) => ({ series: one, scoredFrom: ends[s]! + i * SCORED }))
  })
  const net = engine.prepare(shape, { lanes: LANES, steps: WARM_UP + SCORED, forwardOnly: true })
  const median = new ErrorSums(leads)
  const mean = new ErrorSums(leads)
  try {
    for (let first = 0; first < pieces.length; first += LANES) {
      chunk.clear()
      pieces.slice(first, first + LANES).forEach(({ series: one, scoredFrom }, lane) => {
        const from = Math.max(0, scoredFrom - WARM_UP)
        const end = one.values.length
        const length = Math.min(end, scoredFrom + SCORED) - from
        chunk.fill(lane, { series: one, from, length, scoredFrom, end })
      })
      const state = new Float32Array(LANES * stateSizeOf(shape))
      const { outputs } = net.forward(values, { inputs: chunk.inputs, state })
      chunk.lossWeights.forEach((weight, i) => {
        if (weight === 0) return
        const [row, h] = [Math.floor(i / leads), i % leads]
        const said = (q: number) => outputs[(row * mass.length + q) * leads + h]!
        median.add(h, said(middle) - chunk.targets[i]!)
        mean.add(h, mass.reduce((sum, m, q) => sum + m * said(q), 0) - chunk.targets[i]!)
      })
    }
  } finally {
    net.dispose()
  }
  return { median: median.means(), mean: mean.means() }
}

class ErrorSums {
  private readonly squared: Float64Array
  private readonly absolute: Float64Array
  private readonly counts: Float64Array

  constructor(leads: number) {
    this.squared = new Float64Array(leads)
    this.absolute = new Float64Array(leads)
    this.counts = new Float64Array(leads)
  }

  add(h: number, error: number): void {
    this.squared[h]! += error * error
    this.absolute[h]! += Math.abs(error)
    this.counts[h]! += 1
  }

  means(): PointErrors {
    const [squared, absolute] = [this.squared, this.absolute].map((sums) =>
      sums.map((sum, h) => sum / this.counts[h]!),
    )
    const average = (of: Float64Array) => of.reduce((sum, value) => sum + value, 0) / of.length
    return {
      ...{ squaredFirst: squared![0]!, squared: average(squared!) },
      ...{ absoluteFirst: absolute![0]!, absolute: average(absolute!) },
    }
  }
}
