import { moveRow } from './cells/move'
import { gather, gatherSpaced } from './gather'
import { columnsOf, CONCATENATION, layerOf, Net, partsOf } from './net'
import { readOut } from './read-out'
import { sumGates } from './sum-gates'

/**
 * Move lanes one step on and read the heads out.
 * @param lanes addresses of their states, [count], with room for one more
 * @param inputs [count][net.inputs], zero in the padding; with room for one row more
 * @param outputs [count][net.outputs]; with room for one row more
 */
export function step(net: Net, lanes: usize, inputs: usize, outputs: usize, count: usize): void {
  const tileInputs = net.inputs << 4
  const tileOutputs = net.outputs << 4
  // A tile costs less than three single rows: the lane of nobody makes three up to four.
  if ((count & 3) == 3) {
    store<usize>(lanes + (count << 2), net.nobody)
    count++
  }
  for (; count >= 4; count -= 4) {
    stepRows(net, 4, lanes, inputs, outputs)
    lanes += 16
    inputs += tileInputs
    outputs += tileOutputs
  }
  for (; count > 0; count--) {
    stepRows(net, 1, lanes, inputs, outputs)
    lanes += 4
    inputs += tileInputs >> 2
    outputs += tileOutputs >> 2
  }
}

function stepRows(net: Net, rows: usize, lanes: usize, inputs: usize, outputs: usize): void {
  const cell = net.cell
  const hidden = net.hidden
  const width = hidden << 2
  const tile = net.hiddenTile
  const stride = columnsOf(cell) * width
  const part = partsOf(cell) * width
  const top = (net.layers - 1) * part
  const inputTile = tile - net.inputs * (rows << 2)
  gatherSpaced(inputs, net.inputs << 2, rows, inputTile, net.inputs)
  if (cell == CONCATENATION) {
    gather(lanes, top, rows, tile, hidden)
    readOut(net, rows, tile, outputs)
  }
  for (let l: usize = 0, offset: usize = 0; l < net.layers; l++, offset += part) {
    if (l > 0) gather(lanes, offset - part, rows, tile - width * rows, hidden)
    gather(lanes, offset, rows, tile, hidden)
    sumGates(cell, layerOf(net, l), hidden, rows, lanes, offset, tile, false, net.sums, stride)
    for (let row: usize = 0; row < rows; row++) {
      const state = load<usize>(lanes + (row << 2)) + offset
      moveRow(cell, net.sums + row * stride, state, state, width, hidden)
    }
  }
  if (cell == CONCATENATION) return
  if (net.layers > 1 && net.headReadsInput) gatherSpaced(inputs, net.inputs << 2, rows, inputTile, net.inputs)
  gather(lanes, top, rows, tile, hidden)
  readOut(net, rows, tile, outputs)
}
