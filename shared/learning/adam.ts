/** How `Adam` moves: `decay` is AdamW's, apart from the gradient. */
export interface AdamOptions {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly decay: number
}

const defaults: AdamOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 1e-3 }

/** Adam with decoupled weight decay [Kingma and Ba 2015; Loshchilov and Hutter 2019], on one flat array. */
export class Adam {
  readonly #mean: Float64Array
  readonly #square: Float64Array
  readonly #options: AdamOptions
  #steps = 0

  constructor(size: number, options: Partial<AdamOptions> = {}) {
    this.#mean = new Float64Array(size)
    this.#square = new Float64Array(size)
    this.#options = { ...defaults, ...options }
  }

  /** Moves `values` one step against `gradient`, both [size]. */
  step(values: Float32Array, gradient: Float32Array, learningRate: number): void {
    const { beta1, beta2, epsilon, decay } = this.#options
    this.#steps += 1
    const mean = 1 - beta1 ** this.#steps
    const square = 1 - beta2 ** this.#steps
    for (let i = 0; i < values.length; i++) {
      const g = gradient[i]!
      this.#mean[i] = beta1 * this.#mean[i]! + (1 - beta1) * g
      this.#square[i] = beta2 * this.#square[i]! + (1 - beta2) * g * g
      const move = this.#mean[i]! / mean / (Math.sqrt(this.#square[i]! / square) + epsilon)
      values[i] = values[i]! * (1 - learningRate * decay) - learningRate * move
    }
  }
}

/** Scales `gradient` in place to at most `normMax`. @returns its norm before; NaN when a value is not finite */
export function clipToNorm(gradient: Float32Array, normMax: number): number {
  let sum = 0
  for (const g of gradient) sum += g * g
  const norm = Math.sqrt(sum)
  if (!Number.isFinite(norm)) return Number.NaN
  if (norm > normMax) for (let i = 0; i < gradient.length; i++) gradient[i] = (gradient[i]! * normMax) / norm
  return norm
}

/** Steps over which a session's learning rate rises from near zero: Adam's first averages are noise. */
const risingSteps = 10

/** Cosine from `peak` down to 5 % of it over a session, after a short linear rise. */
export function learningRateAt(step: number, steps: number, peak: number): number {
  const rising = Math.min(risingSteps, Math.ceil(steps / 10))
  if (step < rising) return (peak * (step + 1)) / rising
  const part = (step - rising) / Math.max(1, steps - rising)
  return peak * (0.05 + 0.95 * 0.5 * (1 + Math.cos(Math.PI * part)))
}
