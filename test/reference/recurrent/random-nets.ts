import fc from 'fast-check'
import type { Chunk } from '#shared/recurrent/gradient-engine'
import { CELLS, type NetShape, stateSizeOf } from '#shared/recurrent/net-shape'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { tensorsOf } from '#shared/recurrent/tensors'
import { parkMiller, uniformNumbers } from './park-miller.js'

/**
 * [P] parameters of which every tensor is random, as after training: matrices uniform with a spread of 1/√columns, biases
 * with one of 0.5. `make_reference.py` draws the same numbers.
 */
export function randomValues(shape: NetShape, seed: number): Float32Array {
  const uniform = parkMiller(seed)
  const places = tensorsOf(shape)
  const values = new Float32Array(places.reduce((sum, { length }) => sum + length, 0))
  for (const { shape: sizes, from, length } of places) {
    const columns = sizes[1]
    values.set(uniformNumbers(length, columns === undefined ? 0.5 : 1 / Math.sqrt(columns), uniform), from)
  }
  return values
}

export function randomWeights(shape: NetShape, seed: number, version = 1): RecurrentWeights {
  return {
    manifest: {
      ...shape,
      version,
      featureLayout: 'test',
      trainedToMs: 86_400_000,
      samples: 1000,
      heldBack: { loss: 0.5, servingLoss: 0.75, naiveLoss: 1 },
    },
    values: randomValues(shape, seed),
  }
}

/** Inputs as the encoder makes them: mostly small, at times at the clip of ±30. */
export function randomInputs(length: number, seed: number): Float32Array {
  const uniform = parkMiller(seed)
  return Float32Array.from({ length }, () => {
    const value = 2 * uniform() - 1
    return uniform() < 0.02 ? 30 * Math.sign(value) : 2 * value
  })
}

export interface RandomChunk extends Chunk {
  readonly lanes: number
  readonly steps: number
  readonly lengths: Int32Array
  /** [T, B, H] ∂loss/∂output, the loss being Σ of this times the outputs within the rows' lengths. */
  readonly outputGradient: Float32Array
}

/** A chunk for tests: inputs of ±2, states of ±0.5, output gradients of ±1. `lengths` all T where left out. */
export function randomChunk(
  shape: NetShape,
  size: { readonly lanes: number; readonly steps: number; readonly lengths?: readonly number[] },
  seed: number,
): RandomChunk {
  const { lanes, steps } = size
  const numbers = (length: number, spread: number, offset: number) =>
    uniformNumbers(length, spread, parkMiller(seed + offset))
  return {
    lanes,
    steps,
    inputs: numbers(steps * lanes * shape.inputs, 2, 1),
    state: numbers(lanes * stateSizeOf(shape), 0.5, 2),
    outputGradient: numbers(steps * lanes * shape.outputs, 1, 3),
    lengths: Int32Array.from(size.lengths ?? new Array<number>(lanes).fill(steps)),
  }
}

/** Any net that a test can afford, most sizes not a multiple of 4. */
export function anyShape(
  max: { readonly hidden: number; readonly inputs: number; readonly outputs: number } = {
    hidden: 40,
    inputs: 13,
    outputs: 13,
  },
): fc.Arbitrary<NetShape> {
  return fc.record({
    cell: fc.constantFrom(...CELLS),
    layers: fc.integer({ min: 1, max: 3 }),
    inputs: fc.integer({ min: 1, max: max.inputs }),
    hidden: fc.integer({ min: 1, max: max.hidden }),
    outputs: fc.integer({ min: 1, max: max.outputs }),
    output: fc.constantFrom('linear' as const, 'log-softmax' as const),
    headReadsInput: fc.boolean(),
  })
}

/** Lanes 1 to 9, steps 1 to 12, each row's length 0 to T. */
export const anySize: fc.Arbitrary<{ lanes: number; steps: number; lengths: number[] }> = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 12 }))
  .chain(([lanes, steps]) =>
    fc.record({
      lanes: fc.constant(lanes),
      steps: fc.constant(steps),
      lengths: fc.array(fc.integer({ min: 0, max: steps }), { minLength: lanes, maxLength: lanes }),
    }),
  )
