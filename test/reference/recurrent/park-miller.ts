/**
 * Uniform numbers in (0, 1) [Park and Miller 1988, multiplier 48271]. Every product stays below 2^53, so that any language
 * gives the same bits; tests do not lean on the generator of the code under test.
 */
export function parkMiller(seed: number): () => number {
  let state = (seed % 2147483646) + 1
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

/** `length` float32 numbers in (−spread, spread). */
export function uniformNumbers(length: number, spread: number, uniform: () => number): Float32Array {
  return Float32Array.from({ length }, () => (2 * uniform() - 1) * spread)
}
