import { createGradientEngine } from '#shared/composition/create-gradient-engine'
import { pipelineNetShape } from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { Feed } from '#shared/feed/feed'
import { splitHeldBack } from '#shared/learning/split-held-back'
import { trainingDefaults } from '#shared/learning/training-options'
import { meanOf } from '#shared/scoring/mean-of'
import { collectSamples } from './collect-samples.js'
import { judgeVariant, type PointErrors } from './judge-variant.js'
import { recipeVariants } from './recipe-variant.js'
import { trainVariant } from './train-variant.js'

/** The newest share of each series, which is judged on. */
const JUDGED = 0.25

/** A point forecast of a variant against the recipe in use: mean over seeds of the quotient of their errors; 1 for the recipe itself. */
export interface RecipeResult {
  readonly variant: string
  /** `median` for Huber's one number too. */
  readonly point: 'median' | 'mean of the quantiles'
  readonly ratios: PointErrors
}

export interface RecipeBenchOptions {
  readonly feed: Feed
  readonly settings: PipelineSettings
  readonly seeds: number
  readonly steps?: number | undefined
  readonly signal: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/** Train the head by each variant on the older part of a feed, and judge it on the newest. null when it was stopped. */
export async function runRecipeBench(options: RecipeBenchOptions): Promise<readonly RecipeResult[] | null> {
  const { feed, settings, seeds, signal, onProgress, steps = trainingDefaults.first.steps } = options
  const series = await collectSamples(feed, settings)
  const ends = splitHeldBack(series, JUDGED)
  const shape = pipelineNetShape(settings)
  const engine = await createGradientEngine(settings.learnEngine)
  const found = new Map<string, { variant: string; point: RecipeResult['point']; ratios: PointErrors[] }>()
  for (let seed = 1; seed <= seeds; seed++) {
    let inUse: PointErrors | undefined
    for (const [v, variant] of recipeVariants.entries()) {
      if (signal.aborted) return null
      const trained = trainVariant({ engine, series, ends, shape, variant, steps, seed })
      const { levels, name } = variant
      const errors = judgeVariant(engine, series, ends, shape, trained, levels)
      inUse ??= errors.median
      const points = [['median', errors.median] as const]
      const both = levels.length > 0 ? [...points, ['mean of the quantiles', errors.mean] as const] : points
      for (const [point, judged] of both) {
        const key = `${name}, ${point}`
        const entry = found.get(key) ?? { variant: name, point, ratios: [] }
        found.set(key, entry)
        entry.ratios.push(quotient(judged, inUse))
      }
      onProgress?.((seed - 1) * recipeVariants.length + v + 1, seeds * recipeVariants.length)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return [...found.values()].map(({ variant, point, ratios }) => ({
    variant,
    point,
    ratios: meanErrors(ratios),
  }))
}

function quotient(a: PointErrors, b: PointErrors): PointErrors {
  return {
    squaredFirst: a.squaredFirst / b.squaredFirst,
    squared: a.squared / b.squared,
    absoluteFirst: a.absoluteFirst / b.absoluteFirst,
    absolute: a.absolute / b.absolute,
  }
}

function meanErrors(all: readonly PointErrors[]): PointErrors {
  const mean = (of: (errors: PointErrors) => number) => meanOf(all.map(of))
  return {
    squaredFirst: mean((one) => one.squaredFirst),
    squared: mean((one) => one.squared),
    absoluteFirst: mean((one) => one.absoluteFirst),
    absolute: mean((one) => one.absolute),
  }
}
