import type { LoadedWeights, RecurrentEngine } from '#shared/recurrent/engine'
import { type Cell, type HiddenShape, hiddenShapeOf, type NetShape } from '#shared/recurrent/net-shape'
import { randomWeights } from '../../reference/recurrent/random-nets.js'

export type CreateEngine = (sizes: { readonly inputs: number; readonly outputs: number }) => RecurrentEngine

/** An engine with random weights of one shape, ready to step. */
export interface Loaded {
  readonly engine: RecurrentEngine
  readonly weights: LoadedWeights
  readonly shape: NetShape
  readonly lanes: HiddenShape
}

export function loadRandom(create: CreateEngine, shape: NetShape, seed: number): Loaded {
  const engine = create(shape)
  return { engine, weights: engine.load(randomWeights(shape, seed)), shape, lanes: hiddenShapeOf(shape) }
}

/** A net of odd sizes: F = 3, D = 9, H = 5; on two layers log-softmax, on three a head without the input. */
export function oddShape(cell: Cell, layers = 1): NetShape {
  const output = layers === 2 ? 'log-softmax' : 'linear'
  return { cell, layers, inputs: 3, hidden: 9, outputs: 5, output, headReadsInput: layers < 3 }
}

export function allocateLanes(engine: RecurrentEngine, shape: HiddenShape, count: number): Int32Array {
  return Int32Array.from({ length: count }, () => engine.allocate(shape))
}

/** Step these lanes once. @returns [count × H] */
export function stepLanes(
  { engine, weights, shape }: Pick<Loaded, 'engine' | 'weights' | 'shape'>,
  lanes: Int32Array,
  inputs: Float32Array,
): Float32Array {
  const outputs = new Float32Array(lanes.length * shape.outputs)
  engine.step(weights, lanes, inputs, outputs, lanes.length)
  return outputs
}

/** Largest difference, relative to the expected value where that is above 1: outputs grow with inputs of ±30. */
export function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let worst = 0
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!) / Math.max(1, Math.abs(expected[i]!))
    if (Number.isNaN(error)) return Number.POSITIVE_INFINITY
    worst = Math.max(worst, error)
  }
  return worst
}
