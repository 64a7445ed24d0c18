import type { GradientFlowFigures } from './gradient-flow-figures.js'
import type { NetShape } from './net-shape.js'

/** One trained parameter set of the recurrent expert: what it is, and its numbers. */
export interface RecurrentWeights {
  readonly manifest: WeightsManifest
  /** [P], every tensor in the order of `tensorsOf`. */
  readonly values: Float32Array
}

/** Who brought a version that was not trained here, and out of which file. */
export interface ImportedFrom {
  readonly by: string
  readonly reason: string | null
  readonly file: string
  readonly layout: 'foretide' | 'pytorch' | 'keras'
}

/**
 * What a weights version is and where it comes from.
 *
 * In a pipeline `outputs` is the horizon: output k − 1 is the expected change from the last value to lead k, in units of
 * the series' running scale. A head of zeros says "no change": an untrained net forecasts persistence.
 */
export interface WeightsManifest extends NetShape {
  /** 0 is the untrained net; each published set has the next number. */
  readonly version: number
  /** Names the features and their order; weights with another layout are refused. */
  readonly featureLayout: string
  /** Stream time up to which it learned, milliseconds since 1970; null for the untrained net. */
  readonly trainedToMs: number | null
  /** Samples in its training set. */
  readonly samples: number
  /** Losses on the held-back stretch: its own, the serving version's at that time, and that of "no change"; null when untrained. */
  readonly heldBack: {
    readonly loss: number
    readonly servingLoss: number
    readonly naiveLoss: number
  } | null
  /** How far back its loss reaches; null or left out where that was not measured. */
  readonly gradientFlow?: GradientFlowFigures | null
  /** Left out where the version was trained here. */
  readonly imported?: ImportedFrom | undefined
}
