import { moveRow } from '../cells/move'
import { copyRow, gather, gatherSpaced } from '../gather'
import { CONCATENATION, layerOf, Net, partsOf } from '../net'
import { repackNet } from '../pack'
import { readOut } from '../read-out'
import { sumGates } from '../sum-gates'
import { gateBytes, traceOf, Unrolled } from './unrolled'

/**
 * All steps of all rows with the values that stand in `values`. A row gets the bits that stepping it alone would give.
 * @returns the address of the states after the last step
 */
export function forward(u: Unrolled): usize {
  repackNet(u.net, u.values)
  for (let row: usize = 0; row < u.rows; row += 4) {
    for (let t: usize = 0; t < u.steps; t++) stepTile(u, t, row)
  }
  return statesAt(u, u.steps, 0)
}

/** States of the rows from `row` on after `t` steps. */
export function statesAt(u: Unrolled, t: usize, row: usize): usize {
  const index = u.keeps ? t : t & 1
  return u.states + (((index * u.rows + row) * u.stateWidth) << 2)
}

/** Whether a row still has its step t. */
// @ts-ignore: decorator
@inline
export function isLive(u: Unrolled, t: usize, row: usize): bool {
  return t < <usize>load<u32>(u.lengths + (row << 2))
}

export function gatesAt(u: Unrolled, layer: usize, t: usize, row: usize): usize {
  const index = u.keeps ? t * u.rows + row : 0
  return traceOf(u, layer).gates + index * gateBytes(u.net)
}

function stepTile(u: Unrolled, t: usize, row: usize): void {
  const net = u.net
  const hidden = net.hidden
  const width = hidden << 2
  const stateBytes = u.stateWidth << 2
  const before = statesAt(u, t, row)
  const after = statesAt(u, t + 1, row)
  const outputs = u.outputs + (((t * u.rows + row) * u.outputWidth) << 2)
  let live = 0
  for (let i: usize = 0; i < 4; i++) {
    store<usize>(u.tileStates + (i << 2), before + i * stateBytes)
    if (isLive(u, t, row + i)) live++
  }
  if (live > 0) {
    const tile = net.hiddenTile
    const part = partsOf(net.cell) * width
    const top = (net.layers - 1) * part
    const stride = gateBytes(net)
    const inputs = u.inputs + (((t * u.rows + row) * u.inputWidth) << 2)
    const inputTile = tile - (net.inputs << 4)
    gatherSpaced(inputs, u.inputWidth << 2, 4, inputTile, net.inputs)
    if (net.cell == CONCATENATION) {
      gather(u.tileStates, top, 4, tile, hidden)
      readOut(net, 4, tile, outputs)
    }
    for (let l: usize = 0, offset: usize = 0; l < net.layers; l++, offset += part) {
      if (l > 0) gatherSpaced(after + offset - part, stateBytes, 4, tile - (width << 2), hidden)
      gather(u.tileStates, offset, 4, tile, hidden)
      const sums = gatesAt(u, l, t, row)
      sumGates(net.cell, layerOf(net, l), hidden, 4, u.tileStates, offset, tile, false, sums, stride)
      for (let i: usize = 0; i < 4; i++) {
        const state = before + i * stateBytes + offset
        moveRow(net.cell, sums + i * stride, state, after + i * stateBytes + offset, width, hidden)
      }
    }
    if (net.cell != CONCATENATION) {
      if (net.layers > 1 && net.headReadsInput) {
        gatherSpaced(inputs, u.inputWidth << 2, 4, inputTile, net.inputs)
      }
      gatherSpaced(after + top, stateBytes, 4, tile, hidden)
      readOut(net, 4, tile, outputs)
    }
    if (live == 4) return
  }
  for (let i: usize = 0; i < 4; i++) {
    if (isLive(u, t, row + i)) continue
    copyRow(before + i * stateBytes, after + i * stateBytes, u.stateWidth)
    memory.fill(outputs + ((i * u.outputWidth) << 2), 0, u.outputWidth << 2)
  }
}
