import { hyperbolicTangent } from '../transcendental'
import { activateSigmoid, activateTanh } from './activate'

/**
 * i, f, o = σ and g = tanh of their sums, which they take the place of; nextCell = f ∘ cell + i ∘ g; next = o ∘ tanh nextCell.
 * @param sums [input, forget, cell, output][width]
 */
export function moveLstm(sums: usize, next: usize, cell: usize, nextCell: usize, width: usize): void {
  const column = width << 2
  activateSigmoid(sums, 2 * column)
  activateTanh(sums + 2 * column, column)
  activateSigmoid(sums + 3 * column, column)
  const end = sums + column
  for (; sums < end; sums += 32, next += 32, cell += 32, nextCell += 32) {
    const low = moveFour(sums, column, cell, nextCell)
    const high = moveFour(sums + 16, column, cell + 16, nextCell + 16)
    v128.store(next, low)
    v128.store(next, high, 16)
  }
}

// @ts-ignore: decorator
@inline
function moveFour(at: usize, column: usize, cell: usize, nextCell: usize): v128 {
  const kept = f32x4.mul(v128.load(at + column), v128.load(cell))
  const c = f32x4.add(kept, f32x4.mul(v128.load(at), v128.load(at + 2 * column)))
  v128.store(nextCell, c)
  return f32x4.mul(v128.load(at + 3 * column), hyperbolicTangent(c))
}

/**
 * @param values the activated gates
 * @param gates out: ∂loss/∂sum of each gate
 * @param cell the cell state before the step, `nextCell` after it
 * @param gradient ∂loss/∂next, becomes what goes back beside the gates: 0
 * @param cellGradient ∂loss/∂nextCell without what comes through next, becomes ∂loss/∂cell
 */
export function backLstm(
  values: usize, gates: usize, cell: usize, nextCell: usize, gradient: usize, cellGradient: usize, width: usize,
): void {
  const one = f32x4.splat(1.0)
  const column = width << 2
  const end = values + column
  for (; values < end; values += 16, gates += 16, cell += 16, nextCell += 16, gradient += 16, cellGradient += 16) {
    const i = v128.load(values)
    const f = v128.load(values + column)
    const g = v128.load(values + 2 * column)
    const o = v128.load(values + 3 * column)
    const d = v128.load(gradient)
    const shown = hyperbolicTangent(v128.load(nextCell))
    const dShown = f32x4.mul(f32x4.mul(d, o), f32x4.sub(one, f32x4.mul(shown, shown)))
    const dc = f32x4.add(v128.load(cellGradient), dShown)
    v128.store(gates, f32x4.mul(f32x4.mul(dc, g), f32x4.mul(i, f32x4.sub(one, i))))
    v128.store(gates + column, f32x4.mul(f32x4.mul(dc, v128.load(cell)), f32x4.mul(f, f32x4.sub(one, f))))
    v128.store(gates + 2 * column, f32x4.mul(f32x4.mul(dc, i), f32x4.sub(one, f32x4.mul(g, g))))
    v128.store(gates + 3 * column, f32x4.mul(f32x4.mul(d, shown), f32x4.mul(o, f32x4.sub(one, o))))
    v128.store(cellGradient, f32x4.mul(dc, f))
    v128.store(gradient, f32x4.splat(0))
  }
}
