import { instantiateKernel } from './kernel-module.js'

/** Operations in one iteration of `multiplyAddRoofline`: 12 chains of 4 lanes, a product and a sum each, 4 times. */
const OPERATIONS = 12 * 4 * 2 * 4
/** Iterations between two looks at the clock: some hundred microseconds. */
const ITERATIONS = 20_000

/**
 * What products and sums this thread can do at most in WebAssembly SIMD: chains that live wholly in registers.
 * @param now milliseconds, from a clock that never goes back
 * @param ms how long to measure; the fastest stretch counts, since whatever else runs can only slow it
 * @returns operations per nanosecond, that is GFLOP/s
 */
export function measureRoofline(now: () => number, ms: number): number {
  const { multiplyAddRoofline } = instantiateKernel()
  const until = now() + ms
  let best = 0
  for (let startedAt = now(); startedAt < until; ) {
    multiplyAddRoofline(ITERATIONS)
    const endedAt = now()
    best = Math.max(best, (OPERATIONS * ITERATIONS) / ((endedAt - startedAt) * 1e6))
    startedAt = endedAt
  }
  return best
}
