import { trainingDefaults } from '#shared/learning/training-options'

/** A way to train the head, beside the one in use. */
export interface RecipeVariant {
  readonly name: string
  /** Quantile levels, ascending, that the head gives for each lead, learned by the pinball loss; none: one number, by Huber's. */
  readonly levels: readonly number[]
  readonly inputNoise: number
  /** Chance that the head does not see a hidden unit in a step; what it sees is made larger by as much. */
  readonly dropout: number
}

const inUse = { levels: [], inputNoise: trainingDefaults.inputNoise, dropout: 0 }

/** The recipe in use is the first. */
export const recipeVariants: readonly RecipeVariant[] = [
  { ...inUse, name: 'Huber, noise .05' },
  { ...inUse, name: 'pinball, 3 levels', levels: [0.1, 0.5, 0.9] },
  { ...inUse, name: 'pinball, 7 levels', levels: [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975] },
  { ...inUse, name: 'Huber, dropout .1', dropout: 0.1 },
  { ...inUse, name: 'Huber, no noise', inputNoise: 0 },
  { ...inUse, name: 'Huber, noise .2', inputNoise: 0.2 },
]

/** What of the probability lies nearest to each level: weights by which quantiles average to a mean [Swanson's rule, for .1, .5, .9]. */
export function massOf(levels: readonly number[]): readonly number[] {
  return levels.map((level, q) => {
    const from = q === 0 ? 0 : (levels[q - 1]! + level) / 2
    const to = q === levels.length - 1 ? 1 : (level + levels[q + 1]!) / 2
    return to - from
  })
}
