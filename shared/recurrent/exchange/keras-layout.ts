import type { Cell } from '../net-shape.js'
import { gatesOf } from '../net-shape.js'
import { type LayerTensors, viewTensors } from '../tensors.js'
import { assembleNet } from './assemble-net.js'
import { checkShape } from './check-shape.js'
import { chooseCell } from './choose-modules.js'
import type { ExchangedNet, ModuleNames, ReadingHints } from './exchanged-net.js'
import { findHeads, findRecurrentLayers, type KerasRecurrent } from './keras-arrays.js'
import { addBiases, swapBlocks, transpose } from './matrices.js'
import { ArrayShelf, type NamedArray } from './named-arrays.js'
import { refuseToWrite } from './refuse-to-write.js'

/**
 * Read the arrays of Keras' SimpleRNN, LSTM or GRU layers under a Dense head, named `layer/kernel`, `layer/recurrent_kernel`
 * and `layer/bias` or by their `path`. A second Dense, without bias, reads the net's input.
 *
 * Kernels are [F, G·D] and [D, G·D], the transposes of ours. LSTM gates are in our order (i, f, c, o); those of a GRU are
 * z, r, h, ours r, z, n. A GRU with `reset_after` has biases [2, 3·D], the input's first; without it one bias [3·D], as
 * SimpleRNN and LSTM have, which becomes the input's. What the arrays do not tell: a SimpleRNN is tanh, and gates are
 * sigmoid, as by default in Keras 2.3 and later, unless the hints name another cell.
 * @throws WeightsRefusedError that names the array that is missing, does not fit or is left over
 */
export function readKeras(arrays: readonly NamedArray[], hints: ReadingHints = {}): ExchangedNet {
  const shelf = new ArrayShelf('Keras', arrays)
  const layers = findRecurrentLayers(shelf, hints)
  const [inputs = 0] = shelf.shapeOf(layers[0]!.kernel)
  const [hidden = 0] = shelf.shapeOf(layers[0]!.recurrentKernel)
  const cell = inferCell(shelf, layers[0]!, hidden, hints.cell)
  const { head, inputHead } = findHeads(shelf, hidden, hints)
  const { outputs } = head
  const shape = checkShape(shelf, {
    ...{ cell, layers: layers.length, inputs, hidden, outputs },
    ...{ output: hints.output ?? 'linear', headReadsInput: inputHead !== null },
  })
  const tensors = new Map<string, Float32Array>()
  layers.forEach((layer, l) => {
    const read = readLayer(shelf, layer, cell, l === 0 ? inputs : hidden, hidden)
    for (const [name, values] of Object.entries(read)) tensors.set(`layers.${l}.${name}`, values)
  })
  const matrix = (name: string, rows: number) => transpose(shelf.take(name, rows, outputs), rows, outputs)
  tensors.set('head.hiddenToOutputs', matrix(head.kernel, hidden))
  if (head.bias !== null) tensors.set('head.outputBias', shelf.take(head.bias, outputs))
  if (inputHead) tensors.set('head.inputToOutputs', matrix(inputHead.kernel, inputs))
  shelf.end()
  return assembleNet(shape, tensors)
}

function inferCell(shelf: ArrayShelf, layer: KerasRecurrent, hidden: number, asked: Cell | undefined): Cell {
  const { recurrentKernel, bias } = layer
  const [, columns = 0] = shelf.shapeOf(recurrentKernel)
  if (columns !== 3 * hidden) return chooseCell(shelf, recurrentKernel, columns, hidden, asked)
  if (bias === null) {
    if (asked === undefined) {
      shelf.refuse(
        `${layer.module} is a GRU without bias, so name its cell: gru (reset_after=True) or gru-reset-before`,
      )
    }
    return chooseCell(shelf, recurrentKernel, columns, hidden, asked)
  }
  const cell = shelf.shapeOf(bias).length === 2 ? 'gru' : 'gru-reset-before'
  if (asked !== undefined && asked !== cell) {
    shelf.refuse(`${bias} is [${shelf.shapeOf(bias).join(', ')}], which is ${cell}'s and not ${asked}'s`)
  }
  return cell
}

function readLayer(
  shelf: ArrayShelf,
  { kernel, recurrentKernel, bias }: KerasRecurrent,
  cell: Cell,
  inputs: number,
  hidden: number,
): Partial<LayerTensors> {
  const columns = gatesOf(cell) * hidden
  const matrix = (name: string, rows: number) =>
    exchangeGates(cell, transpose(shelf.take(name, rows, columns), rows, columns), hidden * rows)
  const weights = {
    inputToGates: matrix(kernel, inputs),
    hiddenToGates: matrix(recurrentKernel, hidden),
  }
  if (bias === null) return weights
  if (cell !== 'gru') return { ...weights, inputBias: exchangeGates(cell, shelf.take(bias, columns), hidden) }
  const both = shelf.take(bias, 2, columns)
  return {
    ...weights,
    inputBias: exchangeGates(cell, both.subarray(0, columns), hidden),
    hiddenBias: exchangeGates(cell, both.subarray(columns), hidden),
  }
}

/** Ours to Keras' and back: reset and update change places. @param size of one gate's block */
function exchangeGates(cell: Cell, values: Float32Array, size: number): Float32Array {
  return gatesOf(cell) === 3 ? swapBlocks(values, size, 0, 1) : values
}

/**
 * Write arrays named `layer/kernel`, `layer/recurrent_kernel` and `layer/bias`: by default layers `recurrent_0`, … and
 * `head`, and `head_input` where the head reads the input. Where Keras has one bias, our two are added, rounded once.
 * @throws WeightsRefusedError for a concatenation net: no layer of Keras is one
 */
export function writeKeras({ shape, values }: ExchangedNet, names: ModuleNames = {}): NamedArray[] {
  const { cell, layers, inputs, hidden, outputs } = shape
  if (cell === 'concatenation') {
    refuseToWrite(
      'A concatenation net',
      'Keras',
      "no layer's output is read before the step, write it in PyTorch's",
    )
  }
  const { head = 'head', inputHead = 'head_input' } = names
  const recurrent = names.recurrent ?? Array.from({ length: layers }, (_, l) => `recurrent_${l}`)
  if (recurrent.length !== layers) {
    refuseToWrite(`A net of ${layers} layers`, 'Keras', `${recurrent.length} layers are named`)
  }
  const tensors = viewTensors(shape, values)
  const arrays = tensors.layers.flatMap((layer, l) =>
    writeLayer(recurrent[l]!, layer, cell, l === 0 ? inputs : hidden, hidden),
  )
  const kernel = (module: string, rows: number, ours: Float32Array) =>
    arrays.push({ name: `${module}/kernel`, shape: [rows, outputs], values: transpose(ours, outputs, rows) })
  kernel(head, hidden, tensors.hiddenToOutputs)
  arrays.push({ name: `${head}/bias`, shape: [outputs], values: tensors.outputBias })
  if (shape.headReadsInput) kernel(inputHead, inputs, tensors.inputToOutputs)
  return arrays
}

function writeLayer(
  module: string,
  { inputToGates, hiddenToGates, inputBias, hiddenBias }: LayerTensors,
  cell: Cell,
  inputs: number,
  hidden: number,
): NamedArray[] {
  const columns = gatesOf(cell) * hidden
  const kernel = (name: string, rows: number, ours: Float32Array) => ({
    name: `${module}/${name}`,
    shape: [rows, columns],
    values: transpose(exchangeGates(cell, ours, hidden * rows), columns, rows),
  })
  const bias = (ours: Float32Array) => exchangeGates(cell, ours, hidden)
  const biases = new Float32Array(2 * columns)
  biases.set(bias(inputBias))
  biases.set(bias(hiddenBias), columns)
  return [
    kernel('kernel', inputs, inputToGates),
    kernel('recurrent_kernel', hidden, hiddenToGates),
    cell === 'gru'
      ? { name: `${module}/bias`, shape: [2, columns], values: biases }
      : { name: `${module}/bias`, shape: [columns], values: bias(addBiases(inputBias, hiddenBias)) },
  ]
}
