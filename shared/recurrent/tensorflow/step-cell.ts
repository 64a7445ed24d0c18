import type { Tensor } from '@tensorflow/tfjs-core'
import { type NetShape, stateSizeOf } from '#shared/recurrent/net-shape'
import { parameterCount, viewTensors } from '#shared/recurrent/tensors'
import type { TensorflowBackend } from './backend.js'
import { tensorflowCells } from './cells/tensorflow-cells.js'
import { checkLength, uploadInputs, uploadState } from './chunk-arrays.js'
import { createOperations } from './create-operations.js'
import { loadLayer, withOnes } from './forward-net.js'
import { readOut, uploadHead } from './head.js'
import { multiplyByGates } from './operations.js'
import { computeInScope, keepTensors } from './tensor-scope.js'

/** A net that is stepped row by row of time: what the kernel is compared with, and not what serves. */
export interface PreparedCell {
  /**
   * Moves all rows one step on.
   * @param inputs [B, F]
   * @returns [B, H]
   */
  step(inputs: Float32Array): Float32Array
  dispose(): void
}

/**
 * Puts weights and a state of zeros for `lanes` rows on the backend, where they stay between steps: only inputs go in, and
 * outputs come out.
 *
 * @param values [P], taken over until the cell is disposed of
 */
export function prepareCell(
  backend: TensorflowBackend,
  shape: NetShape,
  values: Float32Array,
  lanes: number,
): PreparedCell {
  checkLength('values', values.length, parameterCount(shape))
  const ops = createOperations(backend)
  const cell = tensorflowCells[shape.cell]
  const readsBefore = shape.cell === 'concatenation'
  const tensors = viewTensors(shape, values)
  const { layers, head, first, fixed } = computeInScope(backend, () => {
    const layers = Array.from({ length: shape.layers }, (_, layer) => loadLayer(ops, shape, tensors, layer))
    const head = uploadHead(ops, shape, tensors)
    const first = uploadState(ops, shape, new Float32Array(lanes * stateSizeOf(shape)))
    keepTensors(backend, first)
    return { layers, head, first, fixed: keepTensors(backend, { layers, head }) }
  })
  let states: readonly (readonly Tensor[])[] = first

  const stepLayers = (input: Tensor): readonly (readonly Tensor[])[] => {
    let rows = input
    return layers.map((weights, layer) => {
      const projected = weights.projections.map((group) => multiplyByGates(ops, rows, group))
      const { state } = cell.step(ops, weights, projected, states[layer]!)
      if (layer + 1 < layers.length) rows = withOnes(ops, state[0]!)
      return state
    })
  }
  return {
    step: (inputs) => {
      checkLength('inputs', inputs.length, lanes * shape.inputs)
      return computeInScope(backend, () => {
        const input = uploadInputs(ops, inputs, shape.inputs)
        const reached = stepLayers(input)
        const [top] = (readsBefore ? states : reached).at(-1)!
        const outputs = readOut(ops, shape, head, top!, input).dataSync() as Float32Array
        keepTensors(backend, reached)
        for (const tensor of states.flat()) tensor.dispose()
        states = reached
        return outputs
      })
    },
    dispose: () => {
      for (const tensor of [...fixed, ...states.flat()]) tensor.dispose()
    },
  }
}
