import type { GruWeights } from '#shared/recurrent/gru-weights'

/** One report from a running session. */
export interface TrainingProgress {
  readonly step: number
  readonly steps: number
  readonly loss: number
  readonly gradientNorm: number
}

/** What one training session is told. */
export interface TrainingOptions {
  /** The serving weights: what the new ones must beat, and where a warm session starts. */
  readonly from: GruWeights
  /** Start at `from`; otherwise at fresh random weights with its shape and layout. */
  readonly warm: boolean
  readonly steps: number
  /** B, lanes that are trained side by side. */
  readonly batch: number
  /** T, steps that the gradient runs back through. */
  readonly chunk: number
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
  readonly onProgress?: (progress: TrainingProgress) => void
}

/** Settings that hold for all sessions unless something is said. */
export const trainingDefaults = {
  batch: 64,
  chunk: 32,
  heldBackShare: 0.1,
  leadWeightPower: 1,
  first: { steps: 400, learningRate: 6e-3 },
  later: { steps: 60, learningRate: 4e-3 },
} as const

/** What a session gives. */
export interface TrainingResult {
  readonly weights: GruWeights
  /** Mean training loss of the last steps; NaN after a divergence. */
  readonly loss: number
  /** Gradient norm of the last step, before clipping. */
  readonly gradientNorm: number
  /** Steps done: fewer than asked after an abort or a divergence. */
  readonly steps: number
  /** Finite everywhere and a lower loss on the held-back stretch than the weights it must beat. */
  readonly better: boolean
}
