import { hyperbolicTangent, sigmoid } from '../transcendental'

// In place, and two vectors at a time, because the latency of one vector's exponentials would be waited for.

/** @param bytes a multiple of 32 */
export function activateSigmoid(at: usize, bytes: usize): void {
  for (const end = at + bytes; at < end; at += 32) {
    const low = sigmoid(v128.load(at))
    const high = sigmoid(v128.load(at, 16))
    v128.store(at, low)
    v128.store(at, high, 16)
  }
}

export function activateTanh(at: usize, bytes: usize): void {
  for (const end = at + bytes; at < end; at += 32) {
    const low = hyperbolicTangent(v128.load(at))
    const high = hyperbolicTangent(v128.load(at, 16))
    v128.store(at, low)
    v128.store(at, high, 16)
  }
}
