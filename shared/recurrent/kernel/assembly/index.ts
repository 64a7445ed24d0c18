import { exponential, hyperbolicTangent, logarithm, sigmoid } from './transcendental'

export { reserve, takeBack } from './memory'
export { netBytes } from './net'
export { packNet } from './pack'
export { multiplyAddRoofline } from './roofline'
export { step } from './step'
export { backward } from './unrolled/backward'
export { forward, statesAt } from './unrolled/forward'
export { unroll } from './unrolled/unrolled'

// In place, for the tests of their errors; `count` is a multiple of 4.

export function applyExponential(at: usize, count: usize): void {
  for (const end = at + (count << 2); at < end; at += 16) v128.store(at, exponential(v128.load(at)))
}

export function applySigmoid(at: usize, count: usize): void {
  for (const end = at + (count << 2); at < end; at += 16) v128.store(at, sigmoid(v128.load(at)))
}

export function applyHyperbolicTangent(at: usize, count: usize): void {
  for (const end = at + (count << 2); at < end; at += 16) v128.store(at, hyperbolicTangent(v128.load(at)))
}

export function applyLogarithm(at: usize, count: usize): void {
  for (const end = at + (count << 2); at < end; at += 16) v128.store(at, logarithm(v128.load(at)))
}
