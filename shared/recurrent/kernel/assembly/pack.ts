import { gatesOf, GRU, inputColumn, Layer, layerOf, Net, placeNet } from './net'

/** Where one layer's tensors lie in the array of all, in the order of tensors.ts. */
// @ts-ignore: decorator
@unmanaged
export class RawLayer {
  inputs: usize
  inputToGates: usize
  hiddenToGates: usize
  inputBias: usize
  hiddenBias: usize
}

/** @returns the address after the layer's tensors */
export function findRawLayer(raw: RawLayer, net: Net, layer: usize, values: usize): usize {
  const rows = gatesOf(net.cell) * net.hiddenCount
  raw.inputs = layer == 0 ? net.inputCount : net.hiddenCount
  raw.inputToGates = values
  raw.hiddenToGates = raw.inputToGates + ((rows * raw.inputs) << 2)
  raw.inputBias = raw.hiddenToGates + ((rows * net.hiddenCount) << 2)
  raw.hiddenBias = raw.inputBias + (rows << 2)
  return raw.hiddenBias + (rows << 2)
}

const RAW_LAYER: usize = memory.data(32, 16)
/** So low that no class of a log-softmax's padding weighs anything. */
export const NO_CLASS: f32 = -1e30

/**
 * Make a net at `at`, a multiple of 64 with `netBytes` of room, from its tensors one after another.
 * @param values address of [P], in the order of tensors.ts
 */
export function packNet(
  at: usize, cell: u32, layers: usize, inputs: usize, hidden: usize, outputs: usize,
  headReadsInput: bool, logSoftmax: bool, values: usize,
): void {
  const net = changetype<Net>(at)
  const bytes = placeNet(net, cell, layers, inputs, hidden, outputs, headReadsInput, logSoftmax)
  const first = layerOf(net, 0).weights
  memory.fill(first, 0, at + bytes - first)
  repackNet(net, values)
}

/** New values for a net that is there: what is padded stays. */
export function repackNet(net: Net, values: usize): void {
  const raw = changetype<RawLayer>(RAW_LAYER)
  for (let l: usize = 0; l < net.layers; l++) {
    values = findRawLayer(raw, net, l, values)
    packLayer(net, layerOf(net, l), raw)
  }
  packHead(net, values)
}

function packLayer(net: Net, layer: Layer, raw: RawLayer): void {
  const units = net.hiddenCount
  const length = layer.inputs + net.hidden
  for (let gate: usize = 0; gate < gatesOf(net.cell); gate++) {
    const first = inputColumn(net.cell, gate) * net.hidden
    const apart = net.cell == GRU && gate == 2
    for (let unit: usize = 0; unit < units; unit++) {
      const row = gate * units + unit
      const to = first + unit
      packRow(raw.inputToGates + ((row * raw.inputs) << 2), raw.inputs, layer.weights, to, length, 0)
      packRow(raw.hiddenToGates + ((row * units) << 2), units, layer.weights, to, length, layer.inputs)
      const inputBias = load<f32>(raw.inputBias + (row << 2))
      const hiddenBias = load<f32>(raw.hiddenBias + (row << 2))
      store<f32>(layer.bias + (to << 2), apart ? inputBias : inputBias + hiddenBias)
      if (apart) store<f32>(layer.hiddenBias + (unit << 2), hiddenBias)
    }
  }
}

function packHead(net: Net, values: usize): void {
  const length = net.headInputs + net.hidden
  const inputToOutputs = values + ((net.outputCount * net.hiddenCount) << 2)
  const bias = inputToOutputs + (net.headReadsInput ? (net.outputCount * net.inputCount) << 2 : 0)
  for (let output: usize = 0; output < net.outputs; output++) {
    if (output >= net.outputCount) {
      store<f32>(net.headBias + (output << 2), net.logSoftmax ? NO_CLASS : 0)
      continue
    }
    packRow(
      values + ((output * net.hiddenCount) << 2), net.hiddenCount, net.headWeights, output, length, net.headInputs,
    )
    if (net.headReadsInput) {
      packRow(
        inputToOutputs + ((output * net.inputCount) << 2), net.inputCount, net.headWeights, output, length, 0,
      )
    }
    store<f32>(net.headBias + (output << 2), load<f32>(bias + (output << 2)))
  }
}

/** One output's weights from [count] in a row into blocks of [length][8], from k = `first` on. */
function packRow(from: usize, count: usize, blocks: usize, output: usize, length: usize, first: usize): void {
  let to = blocks + ((((output >> 3) * length + first) * 8 + (output & 7)) << 2)
  for (const end = from + (count << 2); from < end; from += 4, to += 32) store<f32>(to, load<f32>(from))
}

/**
 * Blocks of [length][8] for the way back: outputs are what the weights read, k their rows.
 * @param from [count rows][outputs]
 * @param first the k of the first row
 */
export function packTransposed(
  from: usize, count: usize, outputs: usize, blocks: usize, length: usize, first: usize,
): void {
  for (let row: usize = 0; row < count; row++) {
    for (let output: usize = 0; output < outputs; output++, from += 4) {
      store<f32>(
        blocks + ((((output >> 3) * length + first + row) * 8 + (output & 7)) << 2),
        load<f32>(from),
      )
    }
  }
}
