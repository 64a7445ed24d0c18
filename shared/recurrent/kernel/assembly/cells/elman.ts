import { ELMAN_RELU, ELMAN_SIGMOID } from '../net'
import { hyperbolicTangent, sigmoid } from '../transcendental'

/** next = φ(sum). @param sums [width] */
export function moveElman(cell: u32, sums: usize, next: usize, width: usize): void {
  const end = sums + (width << 2)
  for (; sums < end; sums += 32, next += 32) {
    const low = activate(cell, v128.load(sums))
    const high = activate(cell, v128.load(sums, 16))
    v128.store(next, low)
    v128.store(next, high, 16)
  }
}

/**
 * φ' from the value of φ: 1 − y² for tanh, y (1 − y) for σ, 1 where y > 0 for ReLU.
 * @param next the state after the step
 * @param gradient ∂loss/∂next, becomes what goes back beside the gate: 0
 * @param gates out: ∂loss/∂sum
 */
export function backElman(cell: u32, gates: usize, next: usize, gradient: usize, width: usize): void {
  const one = f32x4.splat(1.0)
  const end = gates + (width << 2)
  for (; gates < end; gates += 16, next += 16, gradient += 16) {
    const y = v128.load(next)
    const d = v128.load(gradient)
    let slope: v128
    if (cell == ELMAN_RELU) slope = v128.and(one, f32x4.gt(y, f32x4.splat(0)))
    else if (cell == ELMAN_SIGMOID) slope = f32x4.mul(y, f32x4.sub(one, y))
    else slope = f32x4.sub(one, f32x4.mul(y, y))
    v128.store(gates, f32x4.mul(d, slope))
    v128.store(gradient, f32x4.splat(0))
  }
}

// @ts-ignore: decorator
@inline
function activate(cell: u32, x: v128): v128 {
  if (cell == ELMAN_RELU) return f32x4.max(x, f32x4.splat(0))
  return cell == ELMAN_SIGMOID ? sigmoid(x) : hyperbolicTangent(x)
}
