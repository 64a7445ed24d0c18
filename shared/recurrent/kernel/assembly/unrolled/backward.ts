import { backReset } from '../cells/gru-reset-before'
import { copyRow, gatherSpaced } from '../gather'
import { multiply } from '../multiply'
import {
  columnsOf, CONCATENATION, firstHiddenColumn, gatesOf, GRU_RESET_BEFORE, layerOf, Net, partsOf,
} from '../net'
import { NO_CLASS } from '../pack'
import { exponential } from '../transcendental'
import { accumulate, accumulateRows } from './accumulate'
import { backRow } from './back-cell'
import { exportGradient } from './export-gradient'
import { gatesAt, isLive, statesAt } from './forward'
import { packBack } from './pack-back'
import { backLength, gateBytes, Trace, traceOf, Unrolled } from './unrolled'

/**
 * Back through all steps of the last `forward` from the ∂loss/∂output that stand in `outputGradient`; the gradient of all
 * parameters then stands in `gradient`, that of the states before the first step in `stateGradient`.
 *
 * Step by step, and layer by layer from the top: rows in tiles of four for the products with weights, then one product over
 * all rows for the gradients of the weights, while the step's numbers are still in the cache.
 */
export function backward(u: Unrolled): void {
  const net = u.net
  packBack(u)
  memory.fill(u.sums, 0, u.sumBytes)
  memory.fill(u.stateGradient, 0, (u.rows * u.stateWidth) << 2)
  if (net.logSoftmax) backLogSoftmax(u)
  for (let t = u.steps; t > 0; t--) {
    if (net.cell != CONCATENATION) backHead(u, t - 1)
    keepStateGradient(u, t)
    for (let l = net.layers; l > 0; l--) backLayer(u, t - 1, l - 1)
    if (net.cell == CONCATENATION) backHead(u, t - 1)
  }
  keepStateGradient(u, 0)
  exportGradient(u)
}

function keepStateGradient(u: Unrolled, t: usize): void {
  const floats = u.rows * u.stateWidth
  copyRow(u.stateGradient, u.stateGradients + ((t * floats) << 2), floats)
}

/** ∂loss/∂logits = ∂loss/∂output − softmax · Σ ∂loss/∂output, in place. */
function backLogSoftmax(u: Unrolled): void {
  const bytes = u.outputWidth << 2
  const end = u.outputs + u.steps * u.rows * bytes
  for (let y = u.outputs, d = u.outputGradient; y < end; y += bytes, d += bytes) {
    let sums = f32x4.splat(0)
    for (let i: usize = 0; i < bytes; i += 16) sums = f32x4.add(sums, v128.load(d + i))
    sums = f32x4.add(sums, v128.shuffle<f32>(sums, sums, 2, 3, 0, 1))
    sums = f32x4.add(sums, v128.shuffle<f32>(sums, sums, 1, 0, 3, 2))
    for (let i: usize = 0; i < bytes; i += 16) {
      const log = v128.load(y + i)
      const share = f32x4.mul(exponential(log), sums)
      // Classes that fill the vector up have no share, not even the smallest that the exponential gives.
      const known = v128.and(share, f32x4.gt(log, f32x4.splat(0.5 * NO_CLASS)))
      v128.store(d + i, f32x4.sub(v128.load(d + i), known))
    }
  }
}

/** The head at step t: into the gradient of the top layer's h that it read, and of its own weights. */
function backHead(u: Unrolled, t: usize): void {
  const net = u.net
  const bytes = u.outputWidth << 2
  const stateBytes = u.stateWidth << 2
  const top = ((net.layers - 1) * partsOf(net.cell) * net.hidden) << 2
  const gradients = u.outputGradient + t * u.rows * bytes
  for (let row: usize = 0; row < u.rows; row += 4) {
    if (!isTileLive(u, t, row)) continue
    const to = u.stateGradient + row * stateBytes + top
    gatherSpaced(gradients + row * bytes, bytes, 4, u.tile, net.outputs)
    multiply(
      u.tile, 4, u.headBack, net.outputs << 5, to, stateBytes, to, stateBytes, net.outputs, net.hidden >> 3,
    )
  }
  const read = statesAt(u, net.cell == CONCATENATION ? t : t + 1, 0) + top
  accumulate(
    gradients, bytes, read, stateBytes, u.rows, u.headHiddenGradient, net.outputs, net.hidden,
  )
  if (net.headReadsInput) {
    const inputs = u.inputs + ((t * u.rows * u.inputWidth) << 2)
    accumulate(
      gradients, bytes, inputs, u.inputWidth << 2, u.rows, u.headInputGradient, net.outputs, u.inputWidth,
    )
  }
  accumulateRows(gradients, bytes, u.rows, u.headBiasGradient, net.outputs)
}

function isTileLive(u: Unrolled, t: usize, row: usize): bool {
  for (let i: usize = 0; i < 4; i++) if (isLive(u, t, row + i)) return true
  return false
}

function backLayer(u: Unrolled, t: usize, l: usize): void {
  const net = u.net
  const trace = traceOf(u, l)
  for (let row: usize = 0; row < u.rows; row += 4) {
    if (isTileLive(u, t, row)) backTile(u, trace, t, l, row)
    else memory.fill(u.gateGradient + row * u.gradientStride, 0, u.gradientStride << 2)
  }
  accumulateLayer(u, trace, t, l)
}

function backTile(u: Unrolled, trace: Trace, t: usize, l: usize, row: usize): void {
  const net = u.net
  const hidden = net.hidden
  const width = hidden << 2
  const stride = gateBytes(net)
  const stateBytes = u.stateWidth << 2
  const part = partsOf(net.cell) * width
  const offset = l * part
  const values = gatesAt(u, l, t, row)
  const before = statesAt(u, t, row) + offset
  const after = statesAt(u, t + 1, row) + offset
  const gradient = u.stateGradient + row * stateBytes + offset
  const gradientStride = u.gradientStride
  const gates = u.gateGradient + row * gradientStride
  for (let i: usize = 0; i < 4; i++) {
    const at = i * stateBytes
    const own = gates + i * gradientStride
    if (!isLive(u, t, row + i)) memory.fill(own, 0, gradientStride)
    else backRow(net.cell, values + i * stride, own, before + at, after + at, gradient + at, hidden)
  }
  if (net.cell == GRU_RESET_BEFORE) backResetTile(u, trace, t, row, values, gates, before, gradient)
  const first = gates + firstHiddenColumn(net.cell) * width
  back(u, first, backLength(net), trace.hiddenBack, gradient, stateBytes, hidden)
  if (l > 0) back(u, gates, gatesOf(net.cell) * hidden, trace.inputBack, gradient - part, stateBytes, hidden)
}

/** ∂loss/∂(reset ∘ state) from the candidate's, and what follows for the reset gate and the state. */
function backResetTile(
  u: Unrolled, trace: Trace, t: usize, row: usize, values: usize, gates: usize, before: usize, gradient: usize,
): void {
  const hidden = u.net.hidden
  const width = hidden << 2
  const stride = gateBytes(u.net)
  const stateBytes = u.stateWidth << 2
  const below = u.below + row * width
  memory.fill(below, 0, width << 2)
  back(u, gates + 2 * width, hidden, trace.candidateBack, below, width, hidden)
  for (let i: usize = 0; i < 4; i++) {
    if (!isLive(u, t, row + i)) continue
    const at = i * stateBytes
    const own = gates + i * u.gradientStride
    backReset(values + i * stride, below + i * width, own, before + at, gradient + at, hidden)
  }
}

/** Adds to `to` the product of four rows' ∂loss/∂sums with weights for the way back. */
function back(
  u: Unrolled, gates: usize, length: usize, weights: usize, to: usize, toStride: usize, outputs: usize,
): void {
  gatherSpaced(gates, u.gradientStride, 4, u.tile, length)
  multiply(u.tile, 4, weights, length << 5, to, toStride, to, toStride, length, outputs >> 3)
}

/** This step's share of the gradients of a layer's weights. */
function accumulateLayer(u: Unrolled, trace: Trace, t: usize, l: usize): void {
  const net = u.net
  const hidden = net.hidden
  const width = hidden << 2
  const stride = u.gradientStride
  const stateBytes = u.stateWidth << 2
  const part = partsOf(net.cell) * width
  const gates = gatesOf(net.cell) * hidden
  const before = statesAt(u, t, 0) + l * part
  if (l == 0) {
    const inputs = u.inputs + ((t * u.rows * u.inputWidth) << 2)
    accumulate(
      u.gateGradient, stride, inputs, u.inputWidth << 2, u.rows, trace.inputGradient, gates, u.inputWidth,
    )
  } else {
    const inputs = statesAt(u, t + 1, 0) + (l - 1) * part
    accumulate(u.gateGradient, stride, inputs, stateBytes, u.rows, trace.inputGradient, gates, hidden)
  }
  const first = u.gateGradient + firstHiddenColumn(net.cell) * width
  if (net.cell == GRU_RESET_BEFORE) {
    accumulate(first, stride, before, stateBytes, u.rows, trace.hiddenGradient, 2 * hidden, hidden)
    const reset = gatesAt(u, l, t, 0) + 3 * width
    const candidate = trace.hiddenGradient + 2 * hidden * width
    accumulate(first + 2 * width, stride, reset, gateBytes(net), u.rows, candidate, hidden, hidden)
  } else {
    accumulate(first, stride, before, stateBytes, u.rows, trace.hiddenGradient, gates, hidden)
  }
  accumulateRows(u.gateGradient, stride, u.rows, trace.inputBiasGradient, gates)
  accumulateRows(first, stride, u.rows, trace.hiddenBiasGradient, gates)
}
