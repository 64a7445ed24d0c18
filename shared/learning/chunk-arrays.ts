import type { Chunk } from '#shared/recurrent/gradient-engine'
import { type NetShape, stateSizeOf } from '#shared/recurrent/net-shape'
import type { SeededRandom } from '#shared/recurrent/seeded-random'
import { withinTargets } from './targets.js'
import type { TrainingSeries } from './training-series.js'

/** A stretch of one series that fills one lane of a chunk. */
export interface LaneStretch {
  readonly series: TrainingSeries
  /** Index of the stretch's first sample. */
  readonly from: number
  /** Samples with a place in the chunk; the rest of the lane is padding without weight. */
  readonly length: number
  /** Origins before this index warm the state and have no weight in the loss. */
  readonly scoredFrom: number
  /** First index whose outcome must not be used. */
  readonly end: number
}

/** How a target enters the loss. */
export interface LossSettings {
  /** [H] what the targets are divided by. */
  readonly scales: Float64Array
  /** [H] weight of each lead. */
  readonly weights: Float64Array
  /** Error, in divided targets, beyond which the loss is linear. */
  readonly huberDelta: number
}

/** Time-major arrays of one chunk, T × B, and what is needed to fill them. */
export class ChunkArrays implements Chunk {
  /** [T, B, F] */
  readonly inputs: Float32Array
  /** [T, B, H], in the units of the head's output; finite everywhere, also where the weight is 0. */
  readonly targets: Float32Array
  /** [T, B, H] weight of each target in the loss; 0 leaves it out. */
  readonly lossWeights: Float32Array
  /** [B, S] */
  readonly state: Float32Array
  readonly #stateSize: number
  readonly #shape: NetShape
  readonly #loss: LossSettings

  constructor(
    readonly lanes: number,
    readonly steps: number,
    shape: NetShape,
    loss: LossSettings,
  ) {
    this.#shape = shape
    this.#loss = loss
    const rows = lanes * steps
    this.inputs = new Float32Array(rows * shape.inputs)
    this.targets = new Float32Array(rows * shape.outputs)
    this.lossWeights = new Float32Array(rows * shape.outputs)
    this.#stateSize = stateSizeOf(shape)
    this.state = new Float32Array(lanes * this.#stateSize)
  }

  /** The lane's state back to the start: zero. */
  clearState(lane: number): void {
    this.state.fill(0, lane * this.#stateSize, (lane + 1) * this.#stateSize)
  }

  clear(): void {
    this.inputs.fill(0)
    this.targets.fill(0)
    this.lossWeights.fill(0)
  }

  /** Fills one lane; the arrays were cleared before. */
  fill(lane: number, { series, from, length, scoredFrom, end }: LaneStretch): void {
    const { inputs: F, outputs: H } = this.#shape
    for (let t = 0; t < length; t++) {
      const row = t * this.lanes + lane
      const origin = from + t
      this.inputs.set(series.features.subarray(origin * F, (origin + 1) * F), row * F)
      if (origin >= scoredFrom && series.observed[origin] === 1) this.#aim(series, origin, end, row * H)
    }
  }

  /** Writes what the head should have said at an observed origin; see `targetAt`. */
  #aim({ values, scales, observed }: TrainingSeries, origin: number, end: number, at: number): void {
    const { scales: divisors, weights } = this.#loss
    const { targets, lossWeights } = this
    const [value, scale] = [values[origin]!, scales[origin]!]
    const known = Math.min(this.#shape.outputs, end - 1 - origin, values.length - 1 - origin)
    for (let h = 0; h < known; h++) {
      if (observed[origin + 1 + h] === 0) continue
      const change = (values[origin + 1 + h]! - value) / scale
      if (Number.isNaN(change)) continue
      targets[at + h] = withinTargets(change) / divisors[h]!
      lossWeights[at + h] = weights[h]!
    }
  }

  /** Adds noise of a standard deviation to every input, uniform, so that the net leans on no feature's last digit. */
  addNoise(deviation: number, random: SeededRandom): void {
    const bound = deviation * Math.sqrt(3)
    const { inputs } = this
    for (let i = 0; i < inputs.length; i++) inputs[i] = inputs[i]! + random.uniform(-bound, bound)
  }

  /** Scales the loss weights to sum 1, so that the loss is a mean. @returns their sum before */
  normalise(): number {
    let sum = 0
    for (const w of this.lossWeights) sum += w
    if (sum > 0)
      for (let i = 0; i < this.lossWeights.length; i++) this.lossWeights[i] = this.lossWeights[i]! / sum
    return sum
  }
}
