/**
 * What steps a hidden state on. With x the layer's input, h its hidden state before the step and h' after it, ∘ the
 * product by elements, σ the logistic function, and gates in the order in which they are named here:
 *
 * `elman-tanh`, `elman-sigmoid`, `elman-relu` [Elman 1990; PyTorch documentation of RNN], one gate:
 *
 *     h' = φ(W_x x + b_x + W_h h + b_h)
 *
 * `concatenation` [PyTorch tutorial "Classifying names with a character-level RNN"]: hidden state and output are both
 * linear in [x, h]; no φ, and the head reads the state before the step:
 *
 *     h' = W_x x + b_x + W_h h + b_h
 *
 * `lstm` [Hochreiter and Schmidhuber 1997; Gers et al. 2000; PyTorch documentation of LSTM], gates input, forget, cell,
 * output, and a cell state c beside h:
 *
 *     i = σ(W_xi x + b_xi + W_hi h + b_hi)    f, o likewise    g = tanh(W_xg x + b_xg + W_hg h + b_hg)
 *     c' = f ∘ c + i ∘ g                      h' = o ∘ tanh c'
 *
 * `gru` [Cho et al. 2014; PyTorch documentation of GRU; Keras with `reset_after`], gates reset, update, candidate; the
 * reset gate acts on the recurrent product with its bias:
 *
 *     r = σ(W_xr x + b_xr + W_hr h + b_hr)    z likewise
 *     n = tanh(W_xn x + b_xn + r ∘ (W_hn h + b_hn))
 *     h' = (1 − z) ∘ n + z ∘ h
 *
 * `gru-reset-before` [Cho et al. 2014, first version; Keras without `reset_after`]: the reset gate acts on the state:
 *
 *     n = tanh(W_xn x + b_xn + W_hn (r ∘ h) + b_hn)
 */
export const CELLS = [
  'elman-tanh',
  'elman-sigmoid',
  'elman-relu',
  'concatenation',
  'lstm',
  'gru',
  'gru-reset-before',
] as const
export type Cell = (typeof CELLS)[number]

/** `log-softmax`: log-probabilities of H classes. */
export type OutputKind = 'linear' | 'log-softmax'

/** Layers that a net may have. */
export const LAYERS_MAX = 3

/**
 * The architecture of a net: stacked layers of one cell under a head,
 *
 *     output = W_oh h + W_ox x + b_o
 *
 * with h the top layer's hidden state after the step (before it for `concatenation`) and x the net's input. Layer 0 reads
 * the net's input, each other layer the new hidden state of the one below.
 */
export interface NetShape {
  readonly cell: Cell
  /** L, 1 to 3 */
  readonly layers: number
  /** F */
  readonly inputs: number
  /** D, of every layer */
  readonly hidden: number
  /** H */
  readonly outputs: number
  readonly output: OutputKind
  /** Whether the head reads the input too; without, W_ox does not exist. */
  readonly headReadsInput: boolean
}

/** What a row's state is made of: `parts` vectors of `units` numbers, for each layer its h and, for an LSTM, its c. */
export interface HiddenShape {
  /** D */
  readonly units: number
  /** L, or 2 L for an LSTM */
  readonly parts: number
}

/** The architecture alone, out of a manifest or options that say more. */
export function shapeOf(shape: NetShape): NetShape {
  const { cell, layers, inputs, hidden, outputs, output, headReadsInput } = shape
  return { cell, layers, inputs, hidden, outputs, output, headReadsInput }
}

export function sameShape(a: NetShape, b: NetShape): boolean {
  const other = shapeOf(b)
  return Object.entries(shapeOf(a)).every(([size, value]) => other[size as keyof NetShape] === value)
}

/** Gates of a cell, each with D rows in its weights. */
export function gatesOf(cell: Cell): number {
  if (cell === 'lstm') return 4
  return cell === 'gru' || cell === 'gru-reset-before' ? 3 : 1
}

export function hiddenShapeOf({ cell, layers, hidden }: NetShape): HiddenShape {
  return { units: hidden, parts: cell === 'lstm' ? 2 * layers : layers }
}

/** S: numbers in a row's state. */
export function stateSizeOf(shape: NetShape): number {
  const { units, parts } = hiddenShapeOf(shape)
  return units * parts
}

/** Which part of a row's state is the top layer's h. */
export function topPartOf({ cell, layers }: NetShape): number {
  return cell === 'lstm' ? 2 * (layers - 1) : layers - 1
}
