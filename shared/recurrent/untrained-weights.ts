import { gatesOf, type NetShape, shapeOf } from './net-shape.js'
import type { RecurrentWeights } from './recurrent-weights.js'
import { SeededRandom } from './seeded-random.js'
import { parameterCount, viewTensors } from './tensors.js'

/** Scale of the orthogonal recurrent matrices, their spectral radius: below 1, so that a state forgets its start. */
const SPECTRAL_RADIUS = 0.95
/** Largest bias of a GRU's update gate: a unit's memory is about 1 + e^bias steps, here 2 to 55. */
const UPDATE_BIAS_MAX = 4
/** Bias of an LSTM's forget gate: a cell that forgets half at each step would have to unlearn that first. */
const FORGET_BIAS = 1

/**
 * Weights of version 0: a random reservoir under heads of zero, so that the head forecasts "no change".
 *
 * Input weights are uniform in ±1/√(columns); each gate's recurrent matrix is a random orthogonal one times 0.95 [Saxe et
 * al. 2014]; the biases of a GRU's update gate are spread evenly from 0, so that the units' time constants are log-uniform
 * [chrono initialisation: Tallec and Ollivier 2018], those of an LSTM's forget gate are 1 [Jozefowicz et al. 2015]. Only
 * +, −, ×, ÷ and √ are used: the same bits on every machine.
 */
export function untrainedWeights(
  options: NetShape & { readonly featureLayout: string; readonly seed: number },
): RecurrentWeights {
  const { featureLayout, seed } = options
  const shape = shapeOf(options)
  const { cell, inputs, hidden } = shape
  const values = new Float32Array(parameterCount(shape))
  const random = new SeededRandom(seed)
  viewTensors(shape, values).layers.forEach(({ inputToGates, hiddenToGates, inputBias }, layer) => {
    const bound = 1 / Math.sqrt(layer === 0 ? inputs : hidden)
    for (let i = 0; i < inputToGates.length; i++) inputToGates[i] = random.uniform(-bound, bound)
    for (let gate = 0; gate < gatesOf(cell); gate++) {
      const matrix = orthogonalMatrix(hidden, random).map((value) => value * SPECTRAL_RADIUS)
      hiddenToGates.set(matrix, gate * hidden * hidden)
    }
    if (gatesOf(cell) === 1) return
    // In LSTM and GRU alike the gate that keeps the state is the second.
    for (let unit = 0; unit < hidden; unit++) inputBias[hidden + unit] = keepingBias(shape, unit)
  })
  const manifest = { ...shape, version: 0, featureLayout, trainedToMs: null, samples: 0, heldBack: null }
  return { manifest, values }
}

function keepingBias({ cell, hidden }: NetShape, unit: number): number {
  if (cell === 'lstm') return FORGET_BIAS
  return (UPDATE_BIAS_MAX * (unit + 0.5)) / hidden
}

/** Rows of random numbers made orthonormal by modified Gram–Schmidt, [size, size] in float64. */
function orthogonalMatrix(size: number, random: SeededRandom): Float64Array {
  const matrix = new Float64Array(size * size)
  for (let row = 0; row < size; row++) {
    const current = matrix.subarray(row * size, (row + 1) * size)
    let length = 0
    // A row that is almost a mix of those before it would be mostly rounding error: draw another.
    while (length < 1e-3) {
      for (let i = 0; i < size; i++) current[i] = normalLike(random)
      for (let other = 0; other < row; other++) {
        subtractProjection(current, matrix.subarray(other * size, (other + 1) * size))
      }
      length = Math.sqrt(dot(current, current))
    }
    for (let i = 0; i < size; i++) current[i]! /= length
  }
  return matrix
}

/** Sum of uniform numbers: close enough to normal for a random direction, without a logarithm. */
function normalLike(random: SeededRandom): number {
  let sum = 0
  for (let i = 0; i < 4; i++) sum += random.uniform(-1, 1)
  return sum
}

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  const share = dot(vector, unit)
  for (let i = 0; i < vector.length; i++) vector[i]! -= share * unit[i]!
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
