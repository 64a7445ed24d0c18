import { reserve } from '../memory'
import { columnsOf, firstHiddenColumn, gatesOf, GRU_RESET_BEFORE, layerOf, Net, netBytes, padTo, partsOf } from '../net'
import { packNet } from '../pack'

/** One layer's share of what an unrolled net keeps. */
// @ts-ignore: decorator
@unmanaged
export class Trace {
  /** Activated gates of every step, [T][rows][columns * hidden]; room for one step where nothing is kept. */
  gates: usize
  /** Hidden weights for the way back: blocks of [hidden columns' hidden][8], without the candidate of `gru-reset-before`. */
  hiddenBack: usize
  /** That candidate's: blocks of [hidden][8]. */
  candidateBack: usize
  /** Above layer 0, input weights for the way back: blocks of [gates * hidden][8]. */
  inputBack: usize
  /** Sums of gradients, padded: [gates * hidden][inputs to 8], by input column. */
  inputGradient: usize
  /** [gates * hidden][hidden], by hidden column. */
  hiddenGradient: usize
  /** [gates * hidden] each, by input column and by hidden column. */
  inputBiasGradient: usize
  hiddenBiasGradient: usize
}

/**
 * A net with room to run chunks of T steps of B rows forward and back; rows are padded to 4 and those rows have no steps.
 * The first fields are read by kernel-gradient-engine.ts, in this order.
 */
// @ts-ignore: decorator
@unmanaged
export class Unrolled {
  /** [P] */
  values: usize
  /** [P] */
  gradient: usize
  /** [T][rows][inputs to 8] */
  inputs: usize
  /** [rows] steps of each, u32 */
  lengths: usize
  /** [T + 1][rows][parts][hidden]; two of them, in turn, where nothing is kept */
  states: usize
  /** [T][rows][net.outputs] */
  outputs: usize
  /** [T][rows][net.outputs] ∂loss/∂output */
  outputGradient: usize
  /** [rows][parts][hidden] ∂loss/∂state, from the last step back to the first */
  stateGradient: usize
  /** [T + 1][rows][parts][hidden] the same after each number of steps */
  stateGradients: usize
  /** Floats from one row to the next, of inputs, of states and of outputs. */
  inputWidth: usize
  stateWidth: usize
  outputWidth: usize
  rows: usize

  net: Net
  steps: usize
  keeps: bool
  /** [rows][columns * hidden] ∂loss/∂sums of one layer at one step, `gradientStride` bytes from row to row */
  gateGradient: usize
  /** Not a power of two: columns of all rows are read together, and must not fall into a few sets of the cache. */
  gradientStride: usize
  /** [rows][hidden] ∂loss/∂(reset ∘ state), or of the input of a layer above the first */
  below: usize
  /** Interleaved values of one tile, [4 * hidden or net.outputs][4] */
  tile: usize
  /** Addresses of a tile's states, [4] */
  tileStates: usize
  /** Head weights for the way back: blocks of [net.outputs][8]. */
  headBack: usize
  /** [net.outputs][hidden], [net.outputs][inputs to 8], [net.outputs] */
  headHiddenGradient: usize
  headInputGradient: usize
  headBiasGradient: usize
  /** First byte and length of all sums of gradients, to clear them. */
  sums: usize
  sumBytes: usize
  trace0: Trace
  trace1: Trace
  trace2: Trace
}

export function traceOf(unrolled: Unrolled, layer: usize): Trace {
  if (layer == 0) return unrolled.trace0
  return layer == 1 ? unrolled.trace1 : unrolled.trace2
}

/** Bytes of a layer's activated gates at one step of one row. */
// @ts-ignore: decorator
@inline
export function gateBytes(net: Net): usize {
  return (columnsOf(net.cell) * net.hidden) << 2
}

/** Floats of the hidden columns that go back in one product. */
export function backLength(net: Net): usize {
  return (net.cell == GRU_RESET_BEFORE ? 2 : columnsOf(net.cell) - firstHiddenColumn(net.cell)) * net.hidden
}

/** Set when the memory could not be had. */
let full = false

function room(floats: usize): usize {
  const address = reserve(floats << 2)
  if (address == 0) full = true
  return address
}

/**
 * Room for a net and its chunks.
 * @param parameters P
 * @returns its address, or 0 when the memory cannot be had
 */
export function unroll(
  cell: u32, layers: usize, inputs: usize, hidden: usize, outputs: usize, headReadsInput: bool, logSoftmax: bool,
  parameters: usize, lanes: usize, steps: usize, keeps: bool,
): usize {
  full = false
  const u = changetype<Unrolled>(room(offsetof<Unrolled>() >> 2))
  u.values = room(parameters)
  u.gradient = room(parameters)
  const net = changetype<Net>(reserve(netBytes(cell, layers, inputs, hidden, outputs, headReadsInput)))
  if (full || changetype<usize>(net) == 0) return 0
  packNet(
    changetype<usize>(net), cell, layers, inputs, hidden, outputs, headReadsInput, logSoftmax, u.values,
  )
  const width = net.hidden
  u.net = net
  u.steps = steps
  u.keeps = keeps
  u.rows = padTo(lanes, 4)
  u.inputWidth = padTo(inputs, 8)
  u.stateWidth = layers * partsOf(cell) * width
  u.outputWidth = net.outputs
  u.inputs = room(steps * u.rows * u.inputWidth)
  u.lengths = room(u.rows)
  u.states = room((keeps ? steps + 1 : 2) * u.rows * u.stateWidth)
  u.outputs = room(steps * u.rows * u.outputWidth)
  u.tileStates = room(8)
  if (keeps) placeBackward(u)
  for (let l: usize = 0; l < layers; l++) {
    const trace = changetype<Trace>(room(offsetof<Trace>() >> 2))
    if (l == 0) u.trace0 = trace
    else if (l == 1) u.trace1 = trace
    else u.trace2 = trace
    if (full) return 0
    trace.gates = room((keeps ? steps * u.rows : 4) * columnsOf(cell) * width)
    if (keeps) placeBackWeights(net, trace, l)
  }
  if (keeps) placeSums(u)
  return full ? 0 : changetype<usize>(u)
}

function placeBackward(u: Unrolled): void {
  const net = u.net
  u.outputGradient = room(u.steps * u.rows * u.outputWidth)
  u.stateGradient = room(u.rows * u.stateWidth)
  u.stateGradients = room((u.steps + 1) * u.rows * u.stateWidth)
  u.gradientStride = gateBytes(net) + 64
  u.gateGradient = room((u.rows * u.gradientStride) >> 2)
  u.below = room(u.rows * net.hidden)
  u.tile = room(4 * max<usize>(4 * net.hidden, net.outputs))
  u.headBack = room(net.outputs * net.hidden)
}

function placeBackWeights(net: Net, trace: Trace, layer: usize): void {
  const width = net.hidden
  trace.hiddenBack = room(backLength(net) * width)
  trace.candidateBack = room(width * width)
  trace.inputBack = room(layer == 0 ? 0 : gatesOf(net.cell) * width * layerOf(net, layer).inputs)
}

/** The sums of gradients, in one piece. */
function placeSums(u: Unrolled): void {
  const net = u.net
  const width = net.hidden
  const gates = gatesOf(net.cell) * width
  u.sums = u.headHiddenGradient = room(net.outputs * width)
  u.headInputGradient = room(net.outputs * u.inputWidth)
  u.headBiasGradient = room(net.outputs)
  for (let l: usize = 0; l < net.layers; l++) {
    const trace = traceOf(u, l)
    trace.inputGradient = room(gates * (l == 0 ? u.inputWidth : width))
    trace.hiddenGradient = room(gates * width)
    trace.inputBiasGradient = room(gates)
    trace.hiddenBiasGradient = room(gates)
  }
  u.sumBytes = reserve(0) - u.sums
}
