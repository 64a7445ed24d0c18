import type { Tensor } from '@tensorflow/tfjs-core'
import type { Chunk, ChunkSize } from '#shared/recurrent/gradient-engine'
import type { NetShape } from '#shared/recurrent/net-shape'
import { type NetTensors, viewTensors } from '#shared/recurrent/tensors'
import type { LayerHistory } from './cells/cell.js'
import { tensorflowCells } from './cells/tensorflow-cells.js'
import { uploadInputs, uploadMasks, uploadState } from './chunk-arrays.js'
import { type HeadWeights, readOut, uploadHead } from './head.js'
import type { LayerWeights } from './layer-weights.js'
import type { Operations } from './operations.js'
import { unrollLayer } from './unroll-layer.js'

/** What a forward pass leaves on the backend. */
export interface NetHistory {
  readonly head: HeadWeights
  readonly layers: readonly LayerRun[]
  readonly masks: readonly (Tensor | undefined)[]
  /** [T·B, D] what the head reads of the top layer */
  readonly headReads: Tensor
  /** [T·B, H] */
  readonly outputs: Tensor
}

export interface LayerRun {
  readonly weights: LayerWeights
  /** [T·B, F + 1] */
  readonly rows: Tensor
  readonly history: LayerHistory
}

/** Runs a chunk layer by layer, each through all its steps. Leaves its tensors to the scope that it is called in. */
export function runForward(
  ops: Operations,
  shape: NetShape,
  size: ChunkSize,
  values: Float32Array,
  chunk: Chunk,
): NetHistory {
  const tensors = viewTensors(shape, values)
  const masks = uploadMasks(ops, size, shape.hidden, chunk.lengths)
  const states = uploadState(ops, shape, chunk.state)
  const inputs = uploadInputs(ops, chunk.inputs, shape.inputs)
  const layers: LayerRun[] = []
  let rows = inputs
  for (let layer = 0; layer < shape.layers; layer++) {
    const weights = loadLayer(ops, shape, tensors, layer)
    const history = unrollLayer(ops, tensorflowCells[shape.cell], weights, {
      ...{ rows, masks, state: states[layer]! },
      keep: !size.forwardOnly,
    })
    layers.push({ weights, rows, history })
    if (layer + 1 < shape.layers) rows = withOnes(ops, flatten(ops, history.after))
  }
  const { states: topStates, after } = layers.at(-1)!.history
  const read = shape.cell === 'concatenation' ? stateBefore(ops, topStates) : after
  const head = uploadHead(ops, shape, tensors)
  const headReads = flatten(ops, read)
  return { head, layers, masks, headReads, outputs: readOut(ops, shape, head, headReads, inputs) }
}

/** Layer 0 reads the net's input, each other the hidden state below it. */
export function loadLayer(
  ops: Operations,
  shape: NetShape,
  tensors: NetTensors,
  layer: number,
): LayerWeights {
  const { hidden, inputs } = shape
  const sizes = { hidden, inputs: layer === 0 ? inputs : hidden }
  return tensorflowCells[shape.cell].load(ops, tensors.layers[layer]!, sizes)
}

/** T + 1 states → [T, B, D] h before each step */
export function stateBefore(ops: Operations, states: LayerHistory['states']): Tensor {
  return ops.stack(states.slice(0, -1).map(([h]) => h!))
}

/** [T, B, D] → [T·B, D] */
export function flatten(ops: Operations, all: Tensor): Tensor {
  const [steps, lanes, units] = all.shape as [number, number, number]
  return ops.reshape(all, [steps * lanes, units])
}

/** [rows, N] → [rows, N + 1] with a column of ones */
export function withOnes(ops: Operations, rows: Tensor): Tensor {
  return ops.tf.concat([rows, ops.tf.ones([rows.shape[0]!, 1])], 1)
}
