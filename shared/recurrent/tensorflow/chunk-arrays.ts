import type { Tensor } from '@tensorflow/tfjs-core'
import type { Chunk, ChunkSize } from '#shared/recurrent/gradient-engine'
import { hiddenShapeOf, type NetShape, stateSizeOf } from '#shared/recurrent/net-shape'
import { parameterCount } from '#shared/recurrent/tensors'
import type { Operations } from './operations.js'

/** @throws RangeError that names what has a wrong length */
export function checkLength(name: string, actual: number, expected: number): void {
  if (actual !== expected) throw new RangeError(`${name} holds ${actual} numbers, but must hold ${expected}`)
}

/** @throws RangeError when an array does not fit the net or the size of its chunks */
export function checkChunk(shape: NetShape, size: ChunkSize, values: Float32Array, chunk: Chunk): void {
  const { lanes, steps } = size
  checkLength('values', values.length, parameterCount(shape))
  checkLength('inputs', chunk.inputs.length, steps * lanes * shape.inputs)
  checkLength('state', chunk.state.length, lanes * stateSizeOf(shape))
  if (!chunk.lengths) return
  checkLength('lengths', chunk.lengths.length, lanes)
  for (const length of chunk.lengths) {
    if (!(length >= 0 && length <= steps)) {
      throw new RangeError(`a row has ${length} steps, but must have 0 to ${steps}`)
    }
  }
}

/** @returns [T·B, F + 1]: the inputs with a column of ones, to which biases belong */
export function uploadInputs(ops: Operations, inputs: Float32Array, columns: number): Tensor {
  const rows = inputs.length / columns
  const padded = new Float32Array(rows * (columns + 1))
  for (let row = 0, from = 0, to = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) padded[to++] = inputs[from++]!
    padded[to++] = 1
  }
  return ops.tf.tensor2d(padded, [rows, columns + 1])
}

/** [B, S] → the parts of each layer's state, [B, D] each. */
export function uploadState(ops: Operations, shape: NetShape, state: Float32Array): Tensor[][] {
  const { units, parts } = hiddenShapeOf(shape)
  const lanes = state.length / (units * parts)
  const tensors = Array.from({ length: parts }, (_, part) => {
    const values = new Float32Array(lanes * units)
    for (let lane = 0; lane < lanes; lane++) {
      const from = (lane * parts + part) * units
      values.set(state.subarray(from, from + units), lane * units)
    }
    return ops.tf.tensor2d(values, [lanes, units])
  })
  const each = parts / shape.layers
  return Array.from({ length: shape.layers }, (_, layer) => tensors.slice(layer * each, (layer + 1) * each))
}

/** The parts of all layers' states → [B, S] */
export function downloadState(ops: Operations, parts: readonly Tensor[]): Float32Array {
  const whole = parts.length === 1 ? parts[0]! : ops.tf.concat([...parts], 1)
  return whole.dataSync() as Float32Array
}

/** For each step undefined where all rows go on, else a mask [B, D] that is true where a row does. */
export function uploadMasks(
  ops: Operations,
  { lanes, steps }: ChunkSize,
  hidden: number,
  lengths: Int32Array | undefined,
): (Tensor | undefined)[] {
  return Array.from({ length: steps }, (_, t) => {
    if (!lengths?.some((length) => length <= t)) return undefined
    const mask = new Uint8Array(lanes * hidden)
    for (const [lane, length] of lengths.entries()) {
      if (length > t) mask.fill(1, lane * hidden, (lane + 1) * hidden)
    }
    return ops.tf.tensor2d(mask, [lanes, hidden], 'bool')
  })
}

/**
 * Sets to 0 what lies beyond each row's length.
 * @param values [T, B, N], changed in place
 */
export function clearBeyond(
  values: Float32Array,
  { lanes, steps }: ChunkSize,
  lengths: Int32Array | undefined,
): void {
  if (!lengths) return
  const columns = values.length / (lanes * steps)
  for (const [lane, length] of lengths.entries()) {
    for (let t = length; t < steps; t++) {
      const from = (t * lanes + lane) * columns
      values.fill(0, from, from + columns)
    }
  }
}
