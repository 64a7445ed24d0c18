import { describe, expect, it } from 'vitest'
import { SeededRandom } from '#shared/recurrent/seeded-random'

describe('the seeded random numbers', () => {
  // From the authors' C source of xoshiro128** (prng.di.unimi.it), its state filled by splitmix32 in C, run with gcc.
  it.each([
    [0, [1789933344, 44971166, 2521387044, 3848737593, 1138324114, 749234105]],
    [1, [393288148, 2174103013, 3814759091, 2092745082, 1865176206, 2179171167]],
    [4294967295, [4104197751, 1825856343, 1152209388, 2427537429, 3685145430, 609215610]],
  ])('are those of the C reference for seed %i', (seed, expected) => {
    const random = new SeededRandom(seed)
    expect(expected.map(() => random.nextBits())).toEqual(expected)
  })

  it('fill their interval evenly and never reach its upper end', () => {
    const random = new SeededRandom(5)
    const counts = new Array<number>(10).fill(0)
    let outside = 0
    for (let i = 0; i < 100_000; i++) {
      const value = random.uniform(-2, 3)
      if (value < -2 || value >= 3) outside++
      counts[Math.floor((value + 2) * 2)]!++
    }
    expect(outside).toBe(0)
    // 10,000 expected in each tenth, standard deviation 95: five of them is a one-in-a-million miss.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(475)
  })

  it('give whole numbers below the bound, each of them', () => {
    const random = new SeededRandom(6)
    const seen = new Set(Array.from({ length: 200 }, () => random.integer(6)))
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5])
  })
})
