import type { NetShape } from '../net-shape.js'
import { viewTensors } from '../tensors.js'
import { assembleNet } from './assemble-net.js'
import { checkShape } from './check-shape.js'
import type { ExchangedNet, ModuleNames, ReadingHints } from './exchanged-net.js'
import { addBiases, joinColumns, takeColumns } from './matrices.js'
import type { ArrayShelf, NamedArray } from './named-arrays.js'
import { refuseToWrite } from './refuse-to-write.js'

/** Names of the two Linear modules in the tutorial "Classifying names with a character-level RNN". */
const HIDDEN = 'i2h'
const OUTPUT = 'i2o'

/**
 * Read the pair of Linear modules over `torch.cat((x, h), 1)`: their first F columns read x, the other D the hidden state.
 * The output is log-softmax, as in the tutorial, unless the hints say otherwise.
 * @param prefix in front of both names
 */
export function readConcatenation(shelf: ArrayShelf, hints: ReadingHints, prefix: string): ExchangedNet {
  const i2h = hints.recurrent?.[0] ?? `${prefix}${HIDDEN}`
  const i2o = hints.head ?? `${prefix}${OUTPUT}`
  const [hidden = 0, columns = 0] = shelf.shapeOf(`${i2h}.weight`)
  const [outputs = 0] = shelf.shapeOf(`${i2o}.weight`)
  const inputs = columns - hidden
  if (inputs < 1) {
    shelf.refuse(
      `${i2h}.weight has ${hidden} rows and ${columns} columns, over [x, h] it has more columns than rows`,
    )
  }
  const shape = checkShape(shelf, {
    ...{ cell: 'concatenation', layers: 1, inputs, hidden, outputs },
    ...{ output: hints.output ?? 'log-softmax', headReadsInput: true },
  })
  const toHidden = shelf.take(`${i2h}.weight`, hidden, columns)
  const toOutputs = shelf.take(`${i2o}.weight`, outputs, columns)
  return assembleNet(
    shape,
    new Map([
      ['layers.0.inputToGates', takeColumns(toHidden, columns, 0, inputs)],
      ['layers.0.hiddenToGates', takeColumns(toHidden, columns, inputs, columns)],
      ['layers.0.inputBias', shelf.take(`${i2h}.bias`, hidden)],
      ['head.inputToOutputs', takeColumns(toOutputs, columns, 0, inputs)],
      ['head.hiddenToOutputs', takeColumns(toOutputs, columns, inputs, columns)],
      ['head.outputBias', shelf.take(`${i2o}.bias`, outputs)],
    ]),
  )
}

/**
 * Write the tutorial's pair. The two biases of a hidden unit become one. A head that does not read the input is written with
 * zeros for it.
 * @throws WeightsRefusedError above one layer: the tutorial's module has one
 */
export function writeConcatenation({ shape, values }: ExchangedNet, names: ModuleNames): NamedArray[] {
  const { inputs, hidden, outputs, layers } = shape
  if (layers > 1)
    refuseToWrite(`A concatenation net of ${layers} layers`, 'PyTorch', 'the tutorial has one layer')
  const net = viewTensors(shape, values)
  const [layer] = net.layers as [(typeof net.layers)[0]]
  const fromInput = directPart(shape, net.inputToOutputs)
  const i2h = names.recurrent?.[0] ?? HIDDEN
  const i2o = names.head ?? OUTPUT
  const matrix = (name: string, rows: number, left: Float32Array, right: Float32Array) => ({
    name,
    shape: [rows, inputs + hidden],
    values: joinColumns(left, inputs, right, hidden),
  })
  return [
    matrix(`${i2h}.weight`, hidden, layer.inputToGates, layer.hiddenToGates),
    { name: `${i2h}.bias`, shape: [hidden], values: addBiases(layer.inputBias, layer.hiddenBias) },
    matrix(`${i2o}.weight`, outputs, fromInput, net.hiddenToOutputs),
    { name: `${i2o}.bias`, shape: [outputs], values: net.outputBias },
  ]
}

function directPart(
  { headReadsInput, outputs, inputs }: NetShape,
  inputToOutputs: Float32Array,
): Float32Array {
  return headReadsInput ? inputToOutputs : new Float32Array(outputs * inputs)
}
