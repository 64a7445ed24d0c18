// What a net looks like in the kernel's memory. Sizes are padded with zeros: inputs to 4, hidden units and outputs to 8;
// padded hidden units stay at 0.
//
// The sums of a row's gates are columns of `hidden` floats side by side, [columns][hidden]:
//
//     elman-*, concatenation   the one gate
//     lstm                     input, forget, cell, output
//     gru                      candidate's input part, reset, update, candidate's hidden part
//     gru-reset-before         reset, update, candidate, and then reset ∘ state
//
// Input products fill the first `gates` columns, products with the hidden state `gates` columns from `firstHidden`: both
// sets lie in one piece each.

/** In the order of CELLS in net-shape.ts. */
export const ELMAN_TANH: u32 = 0
export const ELMAN_SIGMOID: u32 = 1
export const ELMAN_RELU: u32 = 2
export const CONCATENATION: u32 = 3
export const LSTM: u32 = 4
export const GRU: u32 = 5
export const GRU_RESET_BEFORE: u32 = 6

/** Gates with weights of their own. */
export function gatesOf(cell: u32): usize {
  if (cell == LSTM) return 4
  return cell == GRU || cell == GRU_RESET_BEFORE ? 3 : 1
}

export function columnsOf(cell: u32): usize {
  return cell < LSTM ? 1 : 4
}

/** The column that the input product of a gate fills; the block of weights of that number is the gate's. */
export function inputColumn(cell: u32, gate: usize): usize {
  if (cell != GRU) return gate
  return gate == 2 ? 0 : gate + 1
}

export function firstHiddenColumn(cell: u32): usize {
  return cell == GRU ? 1 : 0
}

/** Vectors of a lane's state for each layer: h, and for an LSTM c after it. */
export function partsOf(cell: u32): usize {
  return cell == LSTM ? 2 : 1
}

// @ts-ignore: decorator
@unmanaged
export class Layer {
  /** Padded: of the net or, above layer 0, the units below. */
  inputs: usize
  /** By input column `hidden` / 8 blocks, each [inputs + hidden][8]: inputs first. */
  weights: usize
  /** [gates * hidden] by input column, what sums start at. */
  bias: usize
  /** [hidden] what a GRU's candidate's hidden part starts at. */
  hiddenBias: usize
}

// @ts-ignore: decorator
@unmanaged
export class Net {
  cell: u32
  layers: usize
  headReadsInput: bool
  logSoftmax: bool
  /** As they are, without padding. */
  inputCount: usize
  hiddenCount: usize
  outputCount: usize
  /** Padded, as all below and elsewhere in the kernel. */
  inputs: usize
  hidden: usize
  outputs: usize
  /** Blocks of [headInputs + hidden][8]. */
  headInputs: usize
  headWeights: usize
  headBias: usize
  /** Room to step one tile: its values, [inputs or units below + hidden][4]; `hiddenTile` is where the hidden ones start. */
  hiddenTile: usize
  /** [4][columns * hidden] */
  sums: usize
  /** A lane of nobody, that fills a tile up. */
  nobody: usize
}

export function layerOf(net: Net, layer: usize): Layer {
  return changetype<Layer>(changetype<usize>(net) + offsetof<Net>() + layer * offsetof<Layer>())
}

/** Bytes from one block of a layer's weights to the next. */
// @ts-ignore: decorator
@inline
export function blockBytesOf(layer: Layer, hidden: usize): usize {
  return (layer.inputs + hidden) << 5
}

// @ts-ignore: decorator
@inline
export function padTo(size: usize, multiple: usize): usize {
  return (size + multiple - 1) & ~(multiple - 1)
}

/**
 * Sizes and places of a net whose memory starts at `net`.
 * @returns bytes that it takes
 */
export function placeNet(
  net: Net, cell: u32, layers: usize, inputs: usize, hidden: usize, outputs: usize,
  headReadsInput: bool, logSoftmax: bool,
): usize {
  net.cell = cell
  net.layers = layers
  net.headReadsInput = headReadsInput
  net.logSoftmax = logSoftmax
  net.inputCount = inputs
  net.hiddenCount = hidden
  net.outputCount = outputs
  net.inputs = padTo(inputs, 4)
  net.hidden = padTo(hidden, 8)
  net.outputs = padTo(outputs, 8)
  const width = net.hidden << 2
  let at = padTo(changetype<usize>(net) + offsetof<Net>() + 3 * offsetof<Layer>(), 64)
  for (let l: usize = 0; l < layers; l++) {
    const layer = layerOf(net, l)
    layer.inputs = l == 0 ? net.inputs : net.hidden
    layer.weights = at
    at += gatesOf(cell) * width * (layer.inputs + net.hidden)
    layer.bias = at
    at += gatesOf(cell) * width
    layer.hiddenBias = at
    at += width
  }
  net.headInputs = headReadsInput ? net.inputs : 0
  net.headWeights = at
  at += (net.outputs << 2) * (net.headInputs + net.hidden)
  net.headBias = at
  at += net.outputs << 2
  net.hiddenTile = at + (max(net.inputs, net.hidden) << 4)
  net.sums = net.hiddenTile + (net.hidden << 4)
  net.nobody = net.sums + 4 * columnsOf(cell) * width
  at = net.nobody + layers * partsOf(cell) * width
  return padTo(at, 64) - changetype<usize>(net)
}

export function netBytes(
  cell: u32, layers: usize, inputs: usize, hidden: usize, outputs: usize, headReadsInput: bool,
): usize {
  // Only the place of the struct itself is written: the address of a net is a multiple of 64, so any such one will do.
  return placeNet(changetype<Net>(MEASURED), cell, layers, inputs, hidden, outputs, headReadsInput, false)
}

/** Room for a net's numbers, without its weights, to measure it in; a multiple of 64. */
const MEASURED: usize = memory.data(256, 64)
