import type { NetShape } from '#shared/recurrent/net-shape'
import { tensorsOf } from '#shared/recurrent/tensors'

/** max |a − b| over max |b|, or over 1e-3 where all of b is smaller; NaN counts as infinitely far. */
export function relativeDistance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let largest = 1e-3
  let worst = 0
  for (let i = 0; i < expected.length; i++) {
    const distance = Math.abs(actual[i]! - expected[i]!)
    if (Number.isNaN(distance)) return Number.POSITIVE_INFINITY
    worst = Math.max(worst, distance)
    largest = Math.max(largest, Math.abs(expected[i]!))
  }
  return worst / largest
}

/** |a − b| over |b| in the Euclidean norm, or over 1e-3 of `whole` where that is larger; NaN counts as infinitely far. */
export function normDistance(actual: ArrayLike<number>, expected: ArrayLike<number>, whole = 0): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let difference = 0
  let size = 0
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2
    size += expected[i]! ** 2
  }
  const distance = Math.sqrt(difference) / Math.max(Math.sqrt(size), 1e-3 * whole, 1e-30)
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance
}

/** The tensor of a gradient that is furthest from the expected one, each measured by its own norm. */
export function worstTensor(
  shape: NetShape,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): { readonly name: string; readonly distance: number } {
  const numbers = [actual, expected].map((array) => Array.from(array))
  const whole = Math.hypot(...numbers[1]!)
  let worst = {
    name: 'none',
    distance: numbers[0]!.length === numbers[1]!.length ? 0 : Number.POSITIVE_INFINITY,
  }
  for (const { name, from, length } of tensorsOf(shape)) {
    const [a, b] = numbers.map((array) => array.slice(from, from + length))
    const distance = normDistance(a!, b!, whole)
    if (distance > worst.distance) worst = { name, distance }
  }
  return worst
}
