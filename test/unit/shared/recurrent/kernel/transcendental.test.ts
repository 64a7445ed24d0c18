import { describe, expect, it } from 'vitest'
import { instantiateKernel, type KernelExports } from '#shared/recurrent/kernel/kernel-module'

type FunctionName = 'applyExponential' | 'applySigmoid' | 'applyHyperbolicTangent' | 'applyLogarithm'

/** The kernel's function of each value. */
function apply(name: FunctionName, values: readonly number[]): { x: Float32Array; y: Float32Array } {
  const kernel: KernelExports = instantiateKernel()
  const length = Math.ceil(values.length / 4) * 4
  const start = kernel.reserve(length * 4)
  const place = new Float32Array(kernel.memory.buffer, start, length)
  place.set(values)
  const x = place.slice(0, values.length)
  kernel[name](start, length)
  return { x, y: new Float32Array(kernel.memory.buffer, start, values.length).slice() }
}

/** ±200,000 values: evenly in [-limit, limit], and in even steps of the logarithm from 1e-30 up. */
function denseGrid(limit: number): number[] {
  const grid = [0, -0]
  for (let i = 0; i <= 100_000; i++) grid.push(((2 * i) / 100_000 - 1) * limit)
  for (let i = 0; i <= 50_000; i++) {
    const value = 1e-30 * (limit / 1e-30) ** (i / 50_000)
    grid.push(value, -value)
  }
  return grid
}

/** Largest relative error against Math's float64 function. */
function worstError(name: FunctionName, exact: (x: number) => number, grid: readonly number[]): number {
  const { x, y } = apply(name, grid)
  let worst = 0
  for (let i = 0; i < x.length; i++) {
    const expected = exact(x[i]!)
    const error = expected === 0 ? Math.abs(y[i]!) : Math.abs(y[i]! / expected - 1)
    if (!(error <= worst)) worst = error
  }
  return worst
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x))
const extremes = [88, 100, 1e4, 1e38, 3.4e38, Number.POSITIVE_INFINITY]

describe('the vector exponential, sigmoid and hyperbolic tangent', () => {
  it('e^x is within 2e-7 of Math.exp in ±87', () => {
    expect(worstError('applyExponential', Math.exp, denseGrid(87))).toBeLessThan(2e-7)
  })

  it('the sigmoid is within 4e-7 of the exact one in ±87', () => {
    expect(worstError('applySigmoid', logistic, denseGrid(87))).toBeLessThan(4e-7)
  })

  it('tanh is within 4e-7 of Math.tanh, near 0 too', () => {
    expect(worstError('applyHyperbolicTangent', Math.tanh, denseGrid(20))).toBeLessThan(4e-7)
    expect(worstError('applyHyperbolicTangent', Math.tanh, denseGrid(0.7))).toBeLessThan(4e-7)
  })

  it('the sigmoid ends at exactly 1 and at no more than 2e-38, however large x is', () => {
    expect([...apply('applySigmoid', extremes).y]).toEqual(extremes.map(() => 1))
    for (const y of apply(
      'applySigmoid',
      extremes.map((x) => -x),
    ).y) {
      expect(y).toBeGreaterThan(0)
      expect(y).toBeLessThan(2e-38)
    }
  })

  it('tanh ends at exactly ±1, never passes it, and is odd', () => {
    expect([...apply('applyHyperbolicTangent', extremes).y]).toEqual(extremes.map(() => 1))
    const grid = denseGrid(100)
    const { y } = apply('applyHyperbolicTangent', grid)
    const negated = apply(
      'applyHyperbolicTangent',
      grid.map((x) => -x),
    ).y
    expect(y.every((value, i) => Math.abs(value) <= 1 && negated[i] === -value)).toBe(true)
  })

  it('ln x is within 2e-7 of Math.log for normal numbers, also close to 1', () => {
    const grid: number[] = [1, 2, 1024]
    for (let i = 0; i <= 100_000; i++) {
      grid.push(1.2e-38 * (3e38 / 1.2e-38) ** (i / 100_000), 0.6 + i / 100_000)
    }
    expect(worstError('applyLogarithm', Math.log, grid)).toBeLessThan(2e-7)
    expect([...apply('applyLogarithm', [1]).y]).toEqual([0])
  })

  it('a NaN stays a NaN', () => {
    for (const name of ['applyExponential', 'applySigmoid', 'applyHyperbolicTangent'] as const) {
      expect([...apply(name, [Number.NaN, 0]).y].map(Number.isNaN)).toEqual([true, false])
    }
  })
})
