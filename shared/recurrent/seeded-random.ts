/**
 * Uniform random numbers from a seed: xoshiro128** [Blackman and Vigna 2021], its state filled by splitmix32.
 * Integer arithmetic only: the same numbers on every machine.
 */
export class SeededRandom {
  private readonly state: Uint32Array

  /** @param seed its low 32 bits count */
  constructor(seed: number) {
    this.state = fillState(seed)
  }

  /** The next 32 bits, 0 … 2^32 − 1. */
  nextBits(): number {
    const s = this.state
    const bits = Math.imul(rotateLeft(Math.imul(s[1]!, 5), 7), 9) >>> 0
    const shifted = s[1]! << 9
    s[2]! ^= s[0]!
    s[3]! ^= s[1]!
    s[1]! ^= s[2]!
    s[0]! ^= s[3]!
    s[2]! ^= shifted
    s[3] = rotateLeft(s[3]!, 11)
    return bits
  }

  /** In [low, high), 2^32 different values. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.nextBits() / 0x1_0000_0000)
  }

  /** A whole number in [0, bound), bound ≤ 2^32. */
  integer(bound: number): number {
    return Math.floor(this.uniform() * bound)
  }
}

function rotateLeft(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}

function fillState(seed: number): Uint32Array {
  const state = new Uint32Array(4)
  let word = seed >>> 0
  for (let i = 0; i < 4; i++) {
    word = (word + 0x9e3779b9) >>> 0
    let mixed = word
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    state[i] = mixed ^ (mixed >>> 15)
  }
  return state
}
