import { activateSigmoid, activateTanh } from './activate'
import { interpolate } from './gru'

/**
 * r, z = σ take the place of their sums; r ∘ state goes to the last column.
 * @param sums [reset, update, candidate, reset ∘ state][width]
 */
export function resetState(sums: usize, state: usize, width: usize): void {
  const column = width << 2
  activateSigmoid(sums, 2 * column)
  const end = sums + column
  for (; sums < end; sums += 16, state += 16) {
    v128.store(sums + 3 * column, f32x4.mul(v128.load(sums), v128.load(state)))
  }
}

/** n = tanh takes the place of its sum; next = (1 − z) ∘ n + z ∘ state. */
export function moveGruResetBefore(sums: usize, state: usize, next: usize, width: usize): void {
  const column = width << 2
  activateTanh(sums + 2 * column, column)
  const end = sums + column
  for (; sums < end; sums += 16, state += 16, next += 16) {
    v128.store(next, interpolate(v128.load(sums + column), v128.load(sums + 2 * column), v128.load(state)))
  }
}

/**
 * As far as it goes before ∂loss/∂(r ∘ state) is known.
 * @param values r, z, n
 * @param gates out: ∂loss/∂sum of update and candidate
 * @param gradient ∂loss/∂next, becomes z ∘ ∂loss/∂next
 */
export function backCandidate(values: usize, gates: usize, state: usize, gradient: usize, width: usize): void {
  const one = f32x4.splat(1.0)
  const column = width << 2
  const end = values + column
  for (; values < end; values += 16, gates += 16, state += 16, gradient += 16) {
    const z = v128.load(values + column)
    const n = v128.load(values + 2 * column)
    const d = v128.load(gradient)
    const kept = f32x4.sub(one, z)
    const dz = f32x4.mul(f32x4.mul(d, f32x4.sub(v128.load(state), n)), f32x4.mul(z, kept))
    v128.store(gates + column, dz)
    v128.store(gates + 2 * column, f32x4.mul(f32x4.mul(d, kept), f32x4.sub(one, f32x4.mul(n, n))))
    v128.store(gradient, f32x4.mul(d, z))
  }
}

/**
 * @param resetGradient ∂loss/∂(r ∘ state), [width]
 * @param gates out: ∂loss/∂sum of reset
 * @param gradient r ∘ resetGradient is added
 */
export function backReset(
  values: usize, resetGradient: usize, gates: usize, state: usize, gradient: usize, width: usize,
): void {
  const one = f32x4.splat(1.0)
  const end = values + (width << 2)
  for (; values < end; values += 16, resetGradient += 16, gates += 16, state += 16, gradient += 16) {
    const r = v128.load(values)
    const d = v128.load(resetGradient)
    const slope = f32x4.mul(r, f32x4.sub(one, r))
    v128.store(gates, f32x4.mul(f32x4.mul(d, v128.load(state)), slope))
    v128.store(gradient, f32x4.add(v128.load(gradient), f32x4.mul(d, r)))
  }
}
