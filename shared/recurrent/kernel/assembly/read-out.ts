import { multiply } from './multiply'
import { Net } from './net'
import { exponential, logarithm } from './transcendental'

/**
 * The head of 1 or 4 rows.
 * @param hiddenTile [hidden][rows] the top layer's h; the net's inputs before it where the head reads them
 * @param outputs a row every `net.outputs` floats
 */
export function readOut(net: Net, rows: usize, hiddenTile: usize, outputs: usize): void {
  const values = hiddenTile - net.headInputs * (rows << 2)
  const length = net.headInputs + net.hidden
  const stride = net.outputs << 2
  multiply(
    values, rows, net.headWeights, length << 5, net.headBias, 0, outputs, stride, length, net.outputs >> 3,
  )
  if (!net.logSoftmax) return
  for (let row: usize = 0; row < rows; row++) logSoftmax(outputs + row * stride, net.outputs)
}

/** In place: x − max x − ln Σ e^(x − max x). */
function logSoftmax(at: usize, count: usize): void {
  const end = at + (count << 2)
  let most = v128.load(at)
  for (let x = at + 16; x < end; x += 16) most = f32x4.max(most, v128.load(x))
  most = f32x4.max(most, v128.shuffle<f32>(most, most, 2, 3, 0, 1))
  most = f32x4.max(most, v128.shuffle<f32>(most, most, 1, 0, 3, 2))
  let sum = f32x4.splat(0)
  for (let x = at; x < end; x += 16) {
    sum = f32x4.add(sum, exponential(f32x4.sub(v128.load(x), most)))
  }
  sum = f32x4.add(sum, v128.shuffle<f32>(sum, sum, 2, 3, 0, 1))
  sum = f32x4.add(sum, v128.shuffle<f32>(sum, sum, 1, 0, 3, 2))
  const log = logarithm(sum)
  for (let x = at; x < end; x += 16) v128.store(x, f32x4.sub(f32x4.sub(v128.load(x), most), log))
}
