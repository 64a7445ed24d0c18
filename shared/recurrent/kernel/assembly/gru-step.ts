import { copyRow, interleaveRows } from './gather'
import { multiplyRow, multiplyTile } from './multiply'
import { hyperbolicTangent, sigmoid } from './transcendental'

// Shapes of this instance, padded: inputs to 4, hidden and leads to 8.
let inputs: usize = 0
let hidden: usize = 0
let leads: usize = 0
/** Tile of values [inputs + hidden][4], then sums [4][4 * hidden], then a lane of nobody [hidden]. */
let scratch: usize = 0

/** Where one loaded weight set has its parts; the order is that of `pack-weights.ts`. */
let gateWeights: usize = 0
let gateBias: usize = 0
let candidateInputWeights: usize = 0
let candidateInputBias: usize = 0
let candidateHiddenWeights: usize = 0
let candidateHiddenBias: usize = 0
let headWeights: usize = 0
let headBias: usize = 0

export function configure(paddedInputs: usize, paddedHidden: usize, paddedLeads: usize, scratchAt: usize): void {
  inputs = paddedInputs
  hidden = paddedHidden
  leads = paddedLeads
  scratch = scratchAt
}

function locateWeights(at: usize): void {
  const values = inputs + hidden
  gateWeights = at
  gateBias = gateWeights + ((2 * hidden * values) << 2)
  candidateInputWeights = gateBias + ((2 * hidden) << 2)
  candidateInputBias = candidateInputWeights + ((hidden * inputs) << 2)
  candidateHiddenWeights = candidateInputBias + (hidden << 2)
  candidateHiddenBias = candidateHiddenWeights + ((hidden * hidden) << 2)
  headWeights = candidateHiddenBias + (hidden << 2)
  headBias = headWeights + ((leads * values) << 2)
}

/**
 * Move lanes one step on and read the heads out.
 * @param lanes addresses of hidden states, [count]
 * @param rows [count][inputs], zero in the padding; with room for one row more
 * @param outputs [count][leads]; with room for one row more
 */
export function step(weights: usize, lanes: usize, rows: usize, outputs: usize, count: usize): void {
  locateWeights(weights)
  const rowBytes = inputs << 2
  const outputBytes = leads << 2
  const laneOfNobody = scratch + ((inputs + hidden) << 4) + (hidden << 6)
  let left: isize = count
  // A tile costs less than three single rows: the lane of nobody makes three up to four.
  for (; left >= 3; left -= 4) {
    const fourth: usize = left > 3 ? <usize>load<u32>(lanes, 12) : laneOfNobody
    stepTile(load<u32>(lanes), load<u32>(lanes, 4), load<u32>(lanes, 8), fourth, rows, outputs)
    lanes += 16
    rows += 4 * rowBytes
    outputs += 4 * outputBytes
  }
  for (; left > 0; left--) {
    stepRow(load<u32>(lanes), rows, outputs)
    lanes += 4
    rows += rowBytes
    outputs += outputBytes
  }
}

function stepTile(laneA: usize, laneB: usize, laneC: usize, laneD: usize, rows: usize, outputs: usize): void {
  const rowBytes = inputs << 2
  const values = inputs + hidden
  const hiddenTile = scratch + (inputs << 4)
  const sums = scratch + (values << 4)
  const sumBytes = hidden << 4
  const blocks = hidden >> 3
  interleaveRows(rows, rows + rowBytes, rows + 2 * rowBytes, rows + 3 * rowBytes, scratch, inputs)
  interleaveRows(laneA, laneB, laneC, laneD, hiddenTile, hidden)
  multiplyTile(scratch, gateWeights, gateBias, sums, sumBytes, values, 2 * blocks)
  multiplyTile(scratch, candidateInputWeights, candidateInputBias, sums + (hidden << 3), sumBytes, inputs, blocks)
  multiplyTile(
    hiddenTile, candidateHiddenWeights, candidateHiddenBias, sums + hidden * 12, sumBytes, hidden, blocks,
  )
  moveLane(laneA, sums)
  moveLane(laneB, sums + sumBytes)
  moveLane(laneC, sums + 2 * sumBytes)
  moveLane(laneD, sums + 3 * sumBytes)
  interleaveRows(laneA, laneB, laneC, laneD, hiddenTile, hidden)
  multiplyTile(scratch, headWeights, headBias, outputs, leads << 2, values, leads >> 3)
}

function stepRow(lane: usize, row: usize, outputs: usize): void {
  const values = inputs + hidden
  const hiddenRow = scratch + (inputs << 2)
  const sums = scratch + (values << 4)
  const blocks = hidden >> 3
  copyRow(row, scratch, inputs)
  copyRow(lane, hiddenRow, hidden)
  multiplyRow(scratch, gateWeights, gateBias, sums, values, 2 * blocks)
  multiplyRow(scratch, candidateInputWeights, candidateInputBias, sums + (hidden << 3), inputs, blocks)
  multiplyRow(hiddenRow, candidateHiddenWeights, candidateHiddenBias, sums + hidden * 12, hidden, blocks)
  moveLane(lane, sums)
  copyRow(lane, hiddenRow, hidden)
  multiplyRow(scratch, headWeights, headBias, outputs, values, leads >> 3)
}

/**
 * New hidden state from the sums [reset, update, candidate's input part, candidate's hidden part], [4][hidden].
 * In two passes of two vectors each, because the latency of one vector's exponentials would be waited for.
 */
function moveLane(lane: usize, sums: usize): void {
  const width = hidden << 2
  const end = lane + width
  const update = sums + width
  const candidate = update + width
  for (let at = sums; at < candidate; at += 32) {
    const low = sigmoid(v128.load(at))
    const high = sigmoid(v128.load(at, 16))
    v128.store(at, low)
    v128.store(at, high, 16)
  }
  for (let reset = sums; lane < end; lane += 32, reset += 32) {
    const low = newState(lane, reset, width)
    const high = newState(lane + 16, reset + 16, width)
    v128.store(lane, low)
    v128.store(lane, high, 16)
  }
}

// @ts-ignore: decorator
@inline
function newState(lane: usize, reset: usize, width: usize): v128 {
  const update = reset + width
  const candidateInput = update + width
  const candidateHidden = candidateInput + width
  const recurrent = f32x4.mul(v128.load(reset), v128.load(candidateHidden))
  const n = hyperbolicTangent(f32x4.add(v128.load(candidateInput), recurrent))
  const z = v128.load(update)
  return f32x4.add(f32x4.mul(f32x4.sub(f32x4.splat(1.0), z), n), f32x4.mul(z, v128.load(lane)))
}
