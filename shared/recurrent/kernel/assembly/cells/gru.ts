import { hyperbolicTangent } from '../transcendental'
import { activateSigmoid } from './activate'

/**
 * r, z = σ and n = tanh(candidate's input part + r ∘ its hidden part) take the place of their sums; next = (1 − z) ∘ n + z ∘ state.
 * @param sums [candidate's input part, reset, update, candidate's hidden part][width]
 */
export function moveGru(sums: usize, state: usize, next: usize, width: usize): void {
  const column = width << 2
  activateSigmoid(sums + column, 2 * column)
  const end = sums + column
  for (; sums < end; sums += 32, state += 32, next += 32) {
    const low = moveFour(sums, column, state)
    const high = moveFour(sums + 16, column, state + 16)
    v128.store(next, low)
    v128.store(next, high, 16)
  }
}

// @ts-ignore: decorator
@inline
function moveFour(at: usize, column: usize, state: usize): v128 {
  const recurrent = f32x4.mul(v128.load(at + column), v128.load(at + 3 * column))
  const n = hyperbolicTangent(f32x4.add(v128.load(at), recurrent))
  v128.store(at, n)
  return interpolate(v128.load(at + 2 * column), n, v128.load(state))
}

/** (1 − z) ∘ n + z ∘ h. */
// @ts-ignore: decorator
@inline
export function interpolate(z: v128, n: v128, h: v128): v128 {
  return f32x4.add(f32x4.mul(f32x4.sub(f32x4.splat(1.0), z), n), f32x4.mul(z, h))
}

/**
 * @param values n, r, z and the candidate's hidden part
 * @param gates out: ∂loss/∂sum of each column
 * @param gradient ∂loss/∂next, becomes what goes back beside the gates: z ∘ ∂loss/∂next
 */
export function backGru(values: usize, gates: usize, state: usize, gradient: usize, width: usize): void {
  const one = f32x4.splat(1.0)
  const column = width << 2
  const end = values + column
  for (; values < end; values += 16, gates += 16, state += 16, gradient += 16) {
    const n = v128.load(values)
    const r = v128.load(values + column)
    const z = v128.load(values + 2 * column)
    const d = v128.load(gradient)
    const kept = f32x4.sub(one, z)
    const dn = f32x4.mul(f32x4.mul(d, kept), f32x4.sub(one, f32x4.mul(n, n)))
    const dr = f32x4.mul(f32x4.mul(dn, v128.load(values + 3 * column)), f32x4.mul(r, f32x4.sub(one, r)))
    const dz = f32x4.mul(f32x4.mul(d, f32x4.sub(v128.load(state), n)), f32x4.mul(z, kept))
    v128.store(gates, dn)
    v128.store(gates + column, dr)
    v128.store(gates + 2 * column, dz)
    v128.store(gates + 3 * column, f32x4.mul(dn, r))
    v128.store(gradient, f32x4.mul(d, z))
  }
}
