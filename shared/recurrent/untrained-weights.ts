import type { GruWeights } from './gru-weights.js'
import { SeededRandom } from './seeded-random.js'

/** Scale of the orthogonal recurrent matrices, their spectral radius: below 1, so that a state forgets its start. */
const SPECTRAL_RADIUS = 0.95
/** Largest bias of the update gate: a unit's memory is about 1 + e^bias steps, here 2 to 55. */
const UPDATE_BIAS_MAX = 4

/**
 * Weights of version 0: a random reservoir under heads of zero, so that the head forecasts "no change".
 *
 * Input weights are uniform in ±1/√F; each gate's recurrent matrix is a random orthogonal one times 0.95 [Saxe et al.
 * 2014]; the update gate's biases are spread evenly from 0, so that the units' time constants are log-uniform [chrono
 * initialisation: Tallec and Ollivier 2018]. Only +, −, ×, ÷ and √ are used: the same bits on every machine.
 */
export function untrainedWeights(options: {
  readonly inputs: number
  readonly hidden: number
  readonly leads: number
  readonly featureLayout: string
  readonly seed: number
}): GruWeights {
  const { inputs, hidden, leads, featureLayout, seed } = options
  const random = new SeededRandom(seed)
  const bound = 1 / Math.sqrt(inputs)
  const inputToGates = Float32Array.from({ length: 3 * hidden * inputs }, () => random.uniform(-bound, bound))
  const hiddenToGates = new Float32Array(3 * hidden * hidden)
  for (let gate = 0; gate < 3; gate++) {
    const matrix = orthogonalMatrix(hidden, random)
    hiddenToGates.set(
      matrix.map((value) => value * SPECTRAL_RADIUS),
      gate * hidden * hidden,
    )
  }
  const inputBias = new Float32Array(3 * hidden)
  for (let unit = 0; unit < hidden; unit++) {
    inputBias[hidden + unit] = (UPDATE_BIAS_MAX * (unit + 0.5)) / hidden
  }
  return {
    manifest: {
      cell: 'gru',
      version: 0,
      inputs,
      hidden,
      leads,
      featureLayout,
      trainedToMs: null,
      samples: 0,
      heldBack: null,
    },
    inputToGates,
    hiddenToGates,
    inputBias,
    hiddenBias: new Float32Array(3 * hidden),
    hiddenToLeads: new Float32Array(leads * hidden),
    inputToLeads: new Float32Array(leads * inputs),
    leadBias: new Float32Array(leads),
  }
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
