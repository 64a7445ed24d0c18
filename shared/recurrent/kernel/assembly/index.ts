import { exponential, hyperbolicTangent, sigmoid } from './transcendental'

export { configure, step } from './gru-step'

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
