import type { NetShape } from '#shared/recurrent/net-shape'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'

/** One report from a running session. */
export interface TrainingProgress {
  readonly step: number
  readonly steps: number
  readonly loss: number
  readonly gradientNorm: number
}

/** What one training session is told. */
export interface TrainingOptions {
  /** Architecture of the net to train. */
  readonly shape: NetShape
  /** The serving weights, of any architecture: what the new ones must beat. */
  readonly from: RecurrentWeights
  /** Start at `start`, which must have the shape; otherwise at fresh random weights. */
  readonly warm: boolean
  /** Where a warm session starts; `from` where nothing is said. */
  readonly start?: RecurrentWeights
  readonly steps: number
  /** B, lanes that are trained side by side. */
  readonly batch: number
  /** k2 of truncated BPTT: steps that the gradient runs back through. */
  readonly backThrough: number
  /** k1 of truncated BPTT [Williams and Peng 1990]: new steps after which the weights move; at most k2. */
  readonly updateEvery: number
  readonly learningRate: number
  readonly seed: number
  /** Version of the weights that come out. */
  readonly version: number
  /** Share of each series, its newest, that is not trained on but judged on. */
  readonly heldBackShare: number
  /** Stream time of the newest sample, for the manifest. */
  readonly trainedToMs: number | null
  /** Lead k counts 1 / k^power in the loss; 1 where nothing is said. */
  readonly leadWeightPower?: number
  /** Standard deviation of the noise that is added to the inputs, which are of size 1: a net that leans on less serves longer. */
  readonly inputNoise: number
  readonly onProgress?: (progress: TrainingProgress) => void
}

/** Settings that hold for all sessions unless something is said. */
export const trainingDefaults = {
  batch: 64,
  backThrough: 32,
  updateEvery: 32,
  heldBackShare: 0.1,
  leadWeightPower: 1,
  inputNoise: 0.05,
  first: { steps: 400, learningRate: 6e-3 },
  later: { steps: 240, learningRate: 4e-3 },
} as const

/** Series that a later session of the usual length is made for. */
const seriesUsual = 25

/** Steps of a later session: where there are many series each has a smaller part in a step, so more of them, up to twice as many. */
export function laterSteps(series: number): number {
  return Math.round(trainingDefaults.later.steps * Math.min(2, Math.max(1, series / seriesUsual)))
}

/** What a session gives. */
export interface TrainingResult {
  readonly weights: RecurrentWeights
  /** Mean training loss of the last steps; NaN after a divergence. */
  readonly loss: number
  /** Gradient norm of the last step, before clipping. */
  readonly gradientNorm: number
  /** Share of the steps whose gradient was clipped; NaN before the first. */
  readonly clippedShare: number
  /** Steps done: fewer than asked after an abort or a divergence. */
  readonly steps: number
  /** Why it ended before its last step; null where it did not. */
  readonly ended: 'diverged' | 'stopped early' | 'nothing to learn' | null
  /** Finite everywhere, and a lower loss on the held-back stretch than the weights it must beat and than "no change". */
  readonly better: boolean
}
