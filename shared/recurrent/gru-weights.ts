/**
 * Parameters of the recurrent expert: one GRU layer and a point head for all leads.
 *
 * Gates in the order reset, update, candidate, as PyTorch's `nn.GRU` (the reset gate acts on the recurrent product
 * with its bias) [Cho et al. 2014; PyTorch documentation of GRU]:
 *
 *     r = σ(W_ir x + b_ir + W_hr h + b_hr)
 *     z = σ(W_iz x + b_iz + W_hz h + b_hz)
 *     n = tanh(W_in x + b_in + r ∘ (W_hn h + b_hn))
 *     h' = (1 − z) ∘ n + z ∘ h
 *     out = W_oh h' + W_ox x + b_o
 *
 * `out[k − 1]` is the expected change from the last value to lead k, in units of the series' running scale.
 * A head of zeros says "no change": an untrained net forecasts persistence.
 */
export interface GruWeights {
  readonly manifest: WeightsManifest
  /** [3D, F] */
  readonly inputToGates: Float32Array
  /** [3D, D] */
  readonly hiddenToGates: Float32Array
  /** [3D] */
  readonly inputBias: Float32Array
  /** [3D] */
  readonly hiddenBias: Float32Array
  /** [H, D] */
  readonly hiddenToLeads: Float32Array
  /** [H, F] */
  readonly inputToLeads: Float32Array
  /** [H] */
  readonly leadBias: Float32Array
}

export interface WeightsManifest {
  readonly cell: 'gru'
  /** 0 is the untrained net; each published set has the next number. */
  readonly version: number
  /** F */
  readonly inputs: number
  /** D */
  readonly hidden: number
  /** H */
  readonly leads: number
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
}
