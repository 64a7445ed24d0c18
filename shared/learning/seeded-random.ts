/** A seeded source of random numbers: the same seed gives the same numbers everywhere. */
export interface SeededRandom {
  /** Uniform in [0, 1). */
  uniform(): number
  /** Exponential with mean 1. */
  exponential(): number
  /** Normal with mean 0 and variance 1. */
  normal(): number
}

/** mulberry32 [Ettinger 2017, public domain]: 32 bits of state, enough to draw windows and first weights. */
export function createSeededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    uniform,
    exponential: () => -Math.log(1 - uniform()),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  }
}
