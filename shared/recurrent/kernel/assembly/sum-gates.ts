import { resetState } from './cells/gru-reset-before'
import { gatherSpaced } from './gather'
import { multiply } from './multiply'
import { blockBytesOf, gatesOf, GRU, GRU_RESET_BEFORE, Layer } from './net'

/**
 * The sums of all gates of one layer for 1 or 4 rows: all that a step needs before the cell moves.
 * @param states addresses of the rows' states, `offset` bytes before this layer's h
 * @param hiddenTile [hidden][rows], these h; the layer's inputs lie before it, [inputs][rows]. A reset gate that acts on the
 *   state leaves r ∘ h there.
 * @param inputsSummed the bias and the inputs' products are in the sums already, and the tile has no inputs
 */
export function sumGates(
  cell: u32, layer: Layer, hidden: usize, rows: usize, states: usize, offset: usize, hiddenTile: usize,
  inputsSummed: bool, sums: usize, stride: usize,
): void {
  const column = hidden << 2
  if (cell == GRU) {
    if (!inputsSummed) {
      const inputs = hiddenTile - layer.inputs * (rows << 2)
      multiply(
        inputs, rows, layer.weights, blockBytesOf(layer, hidden), layer.bias, 0, sums, stride,
        layer.inputs, hidden >> 3,
      )
    }
    sumColumns(layer, hidden, rows, hiddenTile, inputsSummed, 1, 2, sums, stride)
    multiply(
      hiddenTile, rows, layer.weights + (layer.inputs << 5), blockBytesOf(layer, hidden),
      layer.hiddenBias, 0, sums + 3 * column, stride, hidden, hidden >> 3,
    )
  } else if (cell == GRU_RESET_BEFORE) {
    sumColumns(layer, hidden, rows, hiddenTile, inputsSummed, 0, 2, sums, stride)
    for (let row: usize = 0; row < rows; row++) {
      resetState(sums + row * stride, load<usize>(states + (row << 2)) + offset, hidden)
    }
    gatherSpaced(sums + 3 * column, stride, rows, hiddenTile, hidden)
    sumColumns(layer, hidden, rows, hiddenTile, inputsSummed, 2, 1, sums, stride)
  } else {
    sumColumns(layer, hidden, rows, hiddenTile, inputsSummed, 0, gatesOf(cell), sums, stride)
  }
}

/** Columns whose sums run over inputs and hidden state. */
function sumColumns(
  layer: Layer, hidden: usize, rows: usize, hiddenTile: usize, inputsSummed: bool,
  first: usize, count: usize, sums: usize, stride: usize,
): void {
  const blocks = hidden >> 3
  const blockBytes = blockBytesOf(layer, hidden)
  const weights = layer.weights + first * blocks * blockBytes
  const column = first * (hidden << 2)
  if (inputsSummed) {
    const from = weights + (layer.inputs << 5)
    multiply(
      hiddenTile, rows, from, blockBytes, sums + column, stride, sums + column, stride, hidden, count * blocks,
    )
  } else {
    const values = hiddenTile - layer.inputs * (rows << 2)
    const length = layer.inputs + hidden
    multiply(
      values, rows, weights, blockBytes, layer.bias + column, 0, sums + column, stride, length, count * blocks,
    )
  }
}
