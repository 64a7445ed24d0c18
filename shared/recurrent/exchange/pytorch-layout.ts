import type { NetShape } from '../net-shape.js'
import { gatesOf } from '../net-shape.js'
import { viewTensors } from '../tensors.js'
import { assembleNet } from './assemble-net.js'
import { checkShape } from './check-shape.js'
import { chooseCell, chooseHeads, displayModule, findModule, type LinearModule } from './choose-modules.js'
import type { ExchangedNet, ModuleNames, ReadingHints } from './exchanged-net.js'
import { ArrayShelf, listNames, type NamedArray } from './named-arrays.js'
import { readConcatenation, writeConcatenation } from './pytorch-concatenation.js'
import { refuseToWrite } from './refuse-to-write.js'

const RECURRENT = /^(?:(.*)\.)?weight_ih(_l0)?$/
const CONCATENATION = /^((?:.*\.)?)i2h\.weight$/

/** Arrays of torch.nn.RNN, LSTM and GRU that no cell of ours has, and why. */
const WITHOUT_PLACE: readonly (readonly [RegExp, string])[] = [
  [/weight_hr_l\d/, 'an LSTM with proj_size is not supported'],
  [/_l\d+_reverse$/, 'bidirectional layers need the future and cannot forecast'],
]

/**
 * Read arrays named as in a PyTorch `state_dict`: `torch.nn.RNN`, `LSTM`, `GRU` (or their single-layer `…Cell`) and one
 * `torch.nn.Linear`, or the tutorial's `i2h` and `i2o`. A second Linear, without bias, reads the net's input. Gate orders
 * are ours. What the shapes do not tell: an RNN is tanh unless the hints say otherwise.
 * @throws WeightsRefusedError that names the array that is missing, does not fit or is left over
 */
export function readPytorch(arrays: readonly NamedArray[], hints: ReadingHints = {}): ExchangedNet {
  const shelf = new ArrayShelf('PyTorch', arrays)
  const net = readArrays(shelf, hints)
  shelf.end()
  return net
}

function readArrays(shelf: ArrayShelf, hints: ReadingHints): ExchangedNet {
  for (const [pattern, why] of WITHOUT_PLACE) {
    const name = shelf.names().find((found) => pattern.test(found))
    if (name !== undefined) shelf.refuse(`no place for ${name}; ${why}`)
  }
  const concatenation = shelf
    .names()
    .map((name) => CONCATENATION.exec(name)?.[1])
    .find(isText)
  const modules = new Map(
    shelf.names().flatMap((name) => {
      const match = RECURRENT.exec(name)
      return match ? [[match[1] ?? '', match[2] === undefined ? '' : '_l'] as const] : []
    }),
  )
  if (hints.cell === 'concatenation' || (modules.size === 0 && concatenation !== undefined)) {
    return readConcatenation(shelf, hints, concatenation ?? '')
  }
  const module = chooseRecurrent(shelf, [...modules.keys()], hints)
  return readStack(shelf, hints, module, modules.get(module)!)
}

function isText(value: string | undefined): value is string {
  return value !== undefined
}

function chooseRecurrent(shelf: ArrayShelf, modules: readonly string[], { recurrent }: ReadingHints): string {
  if (recurrent !== undefined && recurrent.length > 1) {
    shelf.refuse(`${recurrent.length} recurrent modules are named, all layers must be in one`)
  }
  if (modules.length === 0) shelf.refuse(`weight_ih_l0 is missing, there is ${listNames(shelf.names())}`)
  if (recurrent?.[0] !== undefined) return findModule(shelf, modules, recurrent[0], '.')
  if (modules.length === 1) return modules[0]!
  const found = modules.map(displayModule).join(' and ')
  return shelf.refuse(`there are the recurrent modules ${found}, all layers must be in one`)
}

/** @param mark between an array's name and its layer's number; none where a single-layer module has no numbers */
function readStack(shelf: ArrayShelf, hints: ReadingHints, module: string, mark: string): ExchangedNet {
  const prefix = module === '' ? '' : `${module}.`
  const nameOf = (part: string, layer: number) => `${prefix}${part}${mark === '' ? '' : `${mark}${layer}`}`
  const [, inputs = 0] = shelf.shapeOf(nameOf('weight_ih', 0))
  const [rows = 0, hidden = 0] = shelf.shapeOf(nameOf('weight_hh', 0))
  const cell = chooseCell(shelf, nameOf('weight_hh', 0), rows, hidden, hints.cell)
  let layers = 1
  while (mark !== '' && shelf.has(nameOf('weight_ih', layers))) layers++
  const { head, inputHead } = chooseHeads(shelf, linearsOf(shelf, prefix), hidden, hints, '.')
  const shape = checkShape(shelf, {
    ...{ cell, layers, inputs, hidden, outputs: head.outputs },
    ...{ output: hints.output ?? 'linear', headReadsInput: inputHead !== null },
  })
  const tensors = new Map<string, Float32Array>()
  const gates = gatesOf(cell) * hidden
  const biased = shelf.names().some((name) => name.startsWith(`${prefix}bias_`))
  for (let layer = 0; layer < layers; layer++) {
    const put = (tensor: string, part: string, ...size: number[]) =>
      tensors.set(`layers.${layer}.${tensor}`, shelf.take(nameOf(part, layer), ...size))
    put('inputToGates', 'weight_ih', gates, layer === 0 ? inputs : hidden)
    put('hiddenToGates', 'weight_hh', gates, hidden)
    if (!biased) continue
    put('inputBias', 'bias_ih', gates)
    put('hiddenBias', 'bias_hh', gates)
  }
  tensors.set('head.hiddenToOutputs', shelf.take(head.weight, shape.outputs, hidden))
  if (head.biased) tensors.set('head.outputBias', shelf.take(head.bias, shape.outputs))
  if (inputHead) tensors.set('head.inputToOutputs', shelf.take(inputHead.weight, shape.outputs, inputs))
  return assembleNet(shape, tensors)
}

interface PytorchLinear extends LinearModule {
  readonly weight: string
  readonly bias: string
}

function linearsOf(shelf: ArrayShelf, except: string): PytorchLinear[] {
  return shelf.names().flatMap((weight) => {
    const match = /^(?:(.*)\.)?weight$/.exec(weight)
    const [outputs = 0, inputs = 0, ...more] = shelf.shapeOf(weight)
    if (!match || inputs === 0 || more.length > 0 || (except !== '' && weight.startsWith(except))) return []
    const module = match[1] ?? ''
    const bias = module === '' ? 'bias' : `${module}.bias`
    return [{ module, weight, bias, inputs, outputs, biased: shelf.has(bias) }]
  })
}

const REFUSED: Partial<Record<NetShape['cell'], string>> = {
  'elman-sigmoid': 'torch.nn.RNN knows tanh and relu alone',
  'gru-reset-before': "the reset gate of torch.nn.GRU acts after the product, write it in Keras's",
}

/**
 * Write what `load_state_dict` takes: by default a recurrent module `rnn`, a Linear `head` and, where the head reads the
 * input, a Linear `head_input` without bias; for a concatenation net `i2h` and `i2o`. Log-softmax has no weights and is the
 * model's own to apply.
 * @throws WeightsRefusedError for cells that PyTorch does not have
 */
export function writePytorch(net: ExchangedNet, names: ModuleNames = {}): NamedArray[] {
  const { shape, values } = net
  const { cell, inputs, hidden, outputs } = shape
  const refused = REFUSED[cell]
  if (refused !== undefined) refuseToWrite(`A net of ${cell}`, 'PyTorch', refused)
  if ((names.recurrent?.length ?? 0) > 1) {
    refuseToWrite('A net with several recurrent modules', 'PyTorch', 'one module holds all layers, name one')
  }
  if (cell === 'concatenation') return writeConcatenation(net, names)
  const { recurrent = ['rnn'], head = 'head', inputHead = 'head_input' } = names
  const tensors = viewTensors(shape, values)
  const gates = gatesOf(cell) * hidden
  const arrays = tensors.layers.flatMap((layer, l): NamedArray[] => {
    const array = (part: string, values: Float32Array, ...size: number[]) => ({
      name: `${recurrent[0]}.${part}_l${l}`,
      shape: size,
      values,
    })
    return [
      array('weight_ih', layer.inputToGates, gates, l === 0 ? inputs : hidden),
      array('weight_hh', layer.hiddenToGates, gates, hidden),
      array('bias_ih', layer.inputBias, gates),
      array('bias_hh', layer.hiddenBias, gates),
    ]
  })
  arrays.push({ name: `${head}.weight`, shape: [outputs, hidden], values: tensors.hiddenToOutputs })
  arrays.push({ name: `${head}.bias`, shape: [outputs], values: tensors.outputBias })
  if (shape.headReadsInput) {
    arrays.push({ name: `${inputHead}.weight`, shape: [outputs, inputs], values: tensors.inputToOutputs })
  }
  return arrays
}
