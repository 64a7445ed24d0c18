import { phaseOf } from '#shared/series/season'
import type { StateLayout } from '#shared/series-state/state-layout'

/** Regressors are taken within this, in scaled units: what lies beyond makes a covariance in float32 explode. */
const CLIP = 30

export interface SeriesRegressionOptions {
  /** F, from 1. */
  readonly features: number
  /** H, from 1. */
  readonly leads: number
  /** λ in (0, 1): what a sample weighs when the next one arrives. */
  readonly forgetting: number
}

/**
 * Recursive least squares with forgetting for one series, all of it within the series' numbers, so that it is saved and
 * restored with them. Matrices are kept in float32, two in the place of one number.
 *
 * All leads share one covariance P [F, F]; each learns when its own target arrives, by the gain of its origin:
 *
 *     e = y − a[s,h] − w[h]·x[s]      w[h] += k[s] e                      for every origin s = t − h
 *     u = P x      q = λ + x·u      k = u / q      P ← (P − u uᵀ / q) / λ
 *
 * so that w[h] is the forgetting ridge regression on all pairs whose target has arrived. Forgetting would let P grow
 * without end along directions that the data do not excite; one coordinate per step is therefore shown a value of 0 with
 * the regressor √(F (1 − λ)) eᵢ, which holds the ridge at about 1.
 *
 * One series takes about F(F+1)/2 + H F + H (2F + H) float32.
 */
export class SeriesRegression {
  private readonly started: number
  private readonly turn: number
  private readonly origins: number
  private readonly floatsAt: number
  private readonly floats: number
  /** Places within the floats: covariance (upper triangle by rows), weights, ring of (row, gain, anchors). */
  private readonly weightsAt: number
  private readonly ringAt: number
  private readonly entry: number
  /** [F] scratch. */
  private readonly product: Float64Array

  constructor(
    layout: StateLayout,
    part: string,
    private readonly options: SeriesRegressionOptions,
  ) {
    const { features, leads } = options
    this.started = layout.reserve(`${part}-started`, 1)
    this.turn = layout.reserve(`${part}-turn`, 1)
    this.origins = layout.reserve(`${part}-origins`, leads)
    this.weightsAt = (features * (features + 1)) / 2
    this.ringAt = this.weightsAt + leads * features
    this.entry = 2 * features + leads
    this.floats = this.ringAt + leads * this.entry
    this.floatsAt = layout.reserve(`${part}-matrices`, Math.ceil(this.floats / 2))
    this.product = new Float64Array(features)
  }

  /** Forget what was learned: all weights 0, so that the forecast is its anchor. */
  restart(numbers: Float64Array): void {
    this.view(numbers).fill(0)
    numbers[this.started] = 0
  }

  /** Learn nothing from the forecasts whose targets have not arrived: they knew nothing of the level that came. */
  outdate(numbers: Float64Array): void {
    numbers.fill(Number.NaN, this.origins, this.origins + this.options.leads)
  }

  /**
   * Learn from a sample and take its row up. Everything in scaled units.
   * @param row [F] regressors as they are known with this sample
   * @param anchors [H] what the forecasts start from
   * @param learns false where the value stands in for a missing one, or is too early to learn from: it is neither a target
   *   nor, later, an origin
   */
  advance(
    numbers: Float64Array,
    index: number,
    value: number,
    row: Float64Array,
    anchors: Float64Array,
    learns: boolean,
  ): void {
    const { features, leads } = this.options
    const floats = this.view(numbers)
    if (learns && numbers[this.started] === 0) {
      numbers[this.started] = 1
      this.resetCovariance(floats)
    }
    if (learns) this.learnTargets(numbers, floats, index, value)
    const slot = phaseOf(index, leads)
    const at = this.ringAt + slot * this.entry
    numbers[this.origins + slot] = index
    for (let f = 0; f < features; f++) {
      floats[at + f] = row[f] > CLIP ? CLIP : row[f] < -CLIP ? -CLIP : row[f]
    }
    floats.fill(0, at + features, at + 2 * features)
    for (let h = 0; h < leads; h++) floats[at + 2 * features + h] = anchors[h]
    if (!learns) return
    this.updateCovariance(floats, at)
    this.pullToZero(numbers, floats)
  }

  /**
   * Write anchor + w·x for the newest sample.
   * @param out receives H values from `at` on, in scaled units
   */
  forecast(numbers: Float64Array, index: number, out: Float64Array, at: number): void {
    const { features, leads } = this.options
    const floats = this.view(numbers)
    const entry = this.ringAt + phaseOf(index, leads) * this.entry
    for (let h = 0; h < leads; h++) {
      const weights = this.weightsAt + h * features
      let sum = floats[entry + 2 * features + h]
      for (let f = 0; f < features; f++) sum += floats[weights + f] * floats[entry + f]
      out[at + h] = sum
    }
  }

  private learnTargets(numbers: Float64Array, floats: Float32Array, index: number, value: number): void {
    const { features, leads } = this.options
    for (let h = 0; h < leads; h++) {
      const origin = index - h - 1
      const slot = phaseOf(origin, leads)
      if (numbers[this.origins + slot] !== origin) continue
      const at = this.ringAt + slot * this.entry
      const weights = this.weightsAt + h * features
      let error = value - floats[at + 2 * features + h]
      for (let f = 0; f < features; f++) error -= floats[weights + f] * floats[at + f]
      const gain = at + features
      for (let f = 0; f < features; f++) floats[weights + f] += floats[gain + f] * error
    }
  }

  /** Take the row at `at` into the covariance, and leave its gain beside it. */
  private updateCovariance(floats: Float32Array, at: number): void {
    const { features, forgetting } = this.options
    const { product } = this
    product.fill(0)
    let p = 0
    for (let i = 0; i < features; i++) {
      const xi = floats[at + i]
      let sum = floats[p++] * xi
      for (let j = i + 1; j < features; j++) {
        const value = floats[p++]
        sum += value * floats[at + j]
        product[j] += value * xi
      }
      product[i] += sum
    }
    let q = forgetting
    for (let f = 0; f < features; f++) q += product[f] * floats[at + f]
    if (!(q >= 0.999 * forgetting && q <= 1e30)) {
      // The covariance is no longer one; the weights still are.
      this.resetCovariance(floats)
      this.clearGains(floats)
      return
    }
    for (let f = 0; f < features; f++) floats[at + features + f] = product[f] / q
    p = 0
    for (let i = 0; i < features; i++) {
      const scaled = product[i] / q
      for (let j = i; j < features; j++, p++) floats[p] = (floats[p] - scaled * product[j]) / forgetting
    }
  }

  /** Show one coordinate, the next at each step, a value of 0. */
  private pullToZero(numbers: Float64Array, floats: Float32Array): void {
    const { features, leads, forgetting } = this.options
    const { product } = this
    const i = numbers[this.turn]
    numbers[this.turn] = (i + 1) % features
    for (let j = 0; j < features; j++) product[j] = floats[this.covarianceAt(Math.min(i, j), Math.max(i, j))]
    const strength = features * (1 - forgetting)
    const scale = strength / (1 + strength * product[i])
    for (let h = 0; h < leads; h++) {
      const weights = this.weightsAt + h * features
      const pull = scale * floats[weights + i]
      if (pull === 0) continue
      for (let f = 0; f < features; f++) floats[weights + f] -= product[f] * pull
    }
    let p = 0
    for (let r = 0; r < features; r++) {
      const scaled = product[r] * scale
      for (let c = r; c < features; c++, p++) floats[p] -= scaled * product[c]
    }
  }

  private resetCovariance(floats: Float32Array): void {
    const { features } = this.options
    floats.fill(0, 0, this.weightsAt)
    for (let f = 0; f < features; f++) floats[this.covarianceAt(f, f)] = 1
  }

  private clearGains(floats: Float32Array): void {
    const { features, leads } = this.options
    for (let slot = 0; slot < leads; slot++) {
      const gain = this.ringAt + slot * this.entry + features
      floats.fill(0, gain, gain + features)
    }
  }

  /** Place of P[row, column], row ≤ column. */
  private covarianceAt(row: number, column: number): number {
    return row * this.options.features - (row * (row - 1)) / 2 + column - row
  }

  private view(numbers: Float64Array): Float32Array {
    return new Float32Array(numbers.buffer, numbers.byteOffset + 8 * this.floatsAt, this.floats)
  }
}
