import type { GradientEngine } from '#shared/recurrent/gradient-engine'
import type { GradientFlowFigures } from '#shared/recurrent/gradient-flow-figures'
import { medianOf } from '#shared/scoring/median-of'
import { ChunkArrays, type LaneStretch, type LossSettings } from './chunk-arrays.js'
import { decayPerLag } from './decay-per-lag.js'
import { huberLoss } from './huber-loss.js'
import { type BareNet, lagNorms } from './lag-norms.js'
import type { TrainingSeries } from './training-series.js'

/** What `gradientFlow` looks at, where nothing else is said. */
const defaults = {
  /** K: a training session's gradient runs back through 32 states by default. */
  lagMax: 31,
  seriesMax: 24,
  /** Origins of each series that the mean square is taken over. */
  originsMax: 16,
  /** Steps before the furthest lag that warm the state, which starts at zero: as many as held-back data gets. */
  warmUp: 48,
}
export type GradientFlowOptions = typeof defaults

/** Lanes of one pass: wide enough for TensorFlow, small enough for memory. */
const lanesMax = 128

/**
 * How far back the loss of a trained net still reaches, on the series that it learned from.
 *
 * The loss at an origin is the one that training lowers: Huber on the scaled targets, a mean over the leads by their weights. A
 * single origin whose forecast happens to be right has no gradient at any lag; the root mean square over a series' last
 * origins is free of that, and what a weighted sum of outputs would show instead is nothing that training ever sees.
 *
 * Origins are each series' newest with all their outcomes, and `lagMax` samples before them.
 *
 * @param net whose head gives targets divided by the lead scales of `loss`
 * @returns null when no series is long enough, or the loss depends on no hidden state: a head of zeros reads none
 */
export function gradientFlow(
  engine: GradientEngine,
  net: BareNet,
  series: readonly TrainingSeries[],
  loss: LossSettings,
  options: Partial<GradientFlowOptions> = {},
): GradientFlowFigures | null {
  const { lagMax, seriesMax, originsMax, warmUp } = { ...defaults, ...options }
  const all = lanesBySeries(series, net.shape.outputs, { lagMax, originsMax, warmUp })
  const chosen = spread(all, seriesMax)
  const lanes = chosen.flatMap((each) => each.lanes)
  const squares = chosen.map(() => new Float64Array(lagMax + 1))
  const counts = chosen.map(() => 0)
  const owners = chosen.flatMap((each, owner) => each.lanes.map(() => owner))
  for (let from = 0; from < lanes.length; from += lanesMax) {
    const pass = lanes.slice(from, from + lanesMax)
    const norms = normsOf(engine, net, pass, loss, lagMax)
    pass.forEach((_, lane) => {
      const owner = owners[from + lane]!
      counts[owner]! += 1
      const sums = squares[owner]!
      for (let lag = 0; lag <= lagMax; lag++) sums[lag]! += norms[lane * (lagMax + 1) + lag]! ** 2
    })
  }
  const figures = chosen
    .map((each, owner) => ({
      series: each.series,
      norms: Array.from(squares[owner]!, (sum) => sixDigits(Math.sqrt(sum / counts[owner]!))),
    }))
    .filter(({ norms }) => norms.some((norm) => norm > 0))
  if (figures.length === 0) return null
  return {
    lags: Array.from({ length: lagMax + 1 }, (_, lag) => lag),
    series: figures,
    decayPerLag: sixDigits(medianOf(figures.map(({ norms }) => decayPerLag(norms)))),
  }
}

/** One lane per origin, newest first; series without any are left out. */
function lanesBySeries(
  series: readonly TrainingSeries[],
  horizon: number,
  { lagMax, originsMax, warmUp }: Omit<GradientFlowOptions, 'seriesMax'>,
): { series: string; lanes: LaneStretch[] }[] {
  const byId = new Map<string, LaneStretch[]>()
  // The stretches of a series stand together, oldest first.
  for (const stretch of series.toReversed()) {
    const lanes = byId.get(stretch.series) ?? []
    byId.set(stretch.series, lanes)
    const end = stretch.values.length
    for (let origin = end - 1 - horizon; origin >= lagMax && lanes.length < originsMax; origin--) {
      if (!hasOutcome(stretch, origin, horizon)) continue
      const from = Math.max(0, origin - lagMax - warmUp)
      lanes.push({ series: stretch, from, length: origin - from + 1, scoredFrom: origin, end })
    }
  }
  return [...byId]
    .toReversed()
    .map(([id, lanes]) => ({ series: id, lanes }))
    .filter(({ lanes }) => lanes.length > 0)
}

function hasOutcome({ observed }: TrainingSeries, origin: number, horizon: number): boolean {
  return observed[origin] === 1 && observed.subarray(origin + 1, origin + 1 + horizon).includes(1)
}

/** At most `count` of the items, evenly spread. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  const kept = Math.min(items.length, count)
  return Array.from({ length: kept }, (_, i) => items[Math.floor((i * items.length) / kept)]!)
}

/** @returns [B, K + 1] */
function normsOf(
  engine: GradientEngine,
  net: BareNet,
  lanes: readonly LaneStretch[],
  loss: LossSettings,
  lagMax: number,
): Float64Array {
  const lengths = Int32Array.from(lanes, ({ length }) => length)
  const chunk = new ChunkArrays(lanes.length, Math.max(...lengths), net.shape, loss)
  for (const [lane, stretch] of lanes.entries()) {
    chunk.fill(lane, stretch)
    weighToMean(chunk, lane, lengths[lane]! - 1, net.shape.outputs)
  }
  const { inputs, state, targets, lossWeights } = chunk
  return lagNorms(engine, net, { inputs, state, lengths }, lagMax, (outputs) => {
    const gradient = new Float32Array(outputs.length)
    huberLoss(outputs, targets, lossWeights, loss.huberDelta, gradient)
    return gradient
  })
}

/** Scales one origin's loss weights to sum 1. */
function weighToMean(chunk: ChunkArrays, lane: number, step: number, leads: number): void {
  const from = (step * chunk.lanes + lane) * leads
  const weights = chunk.lossWeights.subarray(from, from + leads)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  for (let lead = 0; lead < leads; lead++) weights[lead]! /= sum
}

function sixDigits(value: number): number {
  return Number(value.toPrecision(6))
}
