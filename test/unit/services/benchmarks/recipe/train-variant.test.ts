import { describe, expect, it } from 'vitest'
import { judgeVariant } from '#services/benchmarks/recipe/judge-variant'
import { massOf, type RecipeVariant, recipeVariants } from '#services/benchmarks/recipe/recipe-variant'
import { trainVariant } from '#services/benchmarks/recipe/train-variant'
import { createKernelGradientEngine } from '#shared/recurrent/kernel/kernel-gradient-engine'
import type { NetShape } from '#shared/recurrent/net-shape'
import { seriesOf } from '../../../shared/learning/series-of.js'

const shape: NetShape = {
  ...{ cell: 'gru', layers: 1, inputs: 1, hidden: 4, outputs: 2 },
  ...{ output: 'linear', headReadsInput: true },
}
const engine = createKernelGradientEngine()
// Alternately 1 and −1: the change to lead 1 is minus twice the value, that to lead 2 is nothing.
const series = [
  seriesOf(
    'a',
    Array.from({ length: 600 }, (_, i) => 1 - 2 * (i % 2)),
  ),
]
const ends = [450]

function errorsOf(variant: RecipeVariant, steps: number) {
  const trained = trainVariant({ engine, series, ends, shape, variant, steps, seed: 1 })
  return judgeVariant(engine, series, ends, shape, trained, variant.levels)
}

describe('a variant of the recipe', () => {
  it('starts as "no change", whose error at a lead is the size of its targets, 1', () => {
    const { median, mean } = errorsOf(recipeVariants[0]!, 0)
    expect(median.squaredFirst).toBeCloseTo(1, 5)
    expect(median.squared).toBeCloseTo(0.5, 5)
    expect(median.absoluteFirst).toBeCloseTo(1, 5)
    expect(mean).toEqual(median)
  })

  it.each(recipeVariants.map((variant) => [variant.name, variant] as const))(
    'learns what there is to learn, %s',
    (_, variant) => {
      const { median, mean } = errorsOf(variant, 300)
      expect(median.squaredFirst).toBeLessThan(0.05)
      expect(mean.squaredFirst).toBeLessThan(0.05)
    },
  )

  it('weighs three quantiles as Swanson does', () => {
    massOf([0.1, 0.5, 0.9]).forEach((mass, q) => void expect(mass).toBeCloseTo([0.3, 0.4, 0.3][q]!, 12))
  })
})
