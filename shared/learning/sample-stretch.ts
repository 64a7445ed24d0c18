import type { TrainingSeries } from './training-series.js'

const capacityMin = 64

/**
 * Consecutive samples of one series in arrays that grow.
 *
 * A place once written is never written again, and growing moves to new arrays: a view given out stays as it was while
 * samples go on coming, so that a training session needs no copy.
 */
export class SampleStretch {
  readonly #width: number
  #features: Float32Array
  #values: Float64Array
  #scales: Float64Array
  #observed: Uint8Array
  #start = 0
  #end = 0

  /** @param width F */
  constructor(width: number) {
    this.#width = width
    this.#features = new Float32Array(capacityMin * width)
    this.#values = new Float64Array(capacityMin)
    this.#scales = new Float64Array(capacityMin)
    this.#observed = new Uint8Array(capacityMin)
  }

  get length(): number {
    return this.#end - this.#start
  }

  add(features: Float32Array, value: number, scale: number, observed: boolean): void {
    if (this.#end === this.#values.length) this.#move()
    this.#features.set(features, this.#end * this.#width)
    this.#values[this.#end] = value
    this.#scales[this.#end] = scale
    this.#observed[this.#end] = observed ? 1 : 0
    this.#end += 1
  }

  /** Forgets the `count` oldest samples; their memory goes with the next growth. */
  drop(count: number): void {
    this.#start = Math.min(this.#end, this.#start + count)
  }

  /** The samples so far, without a copy. */
  view(series: string): TrainingSeries {
    const [start, end, width] = [this.#start, this.#end, this.#width]
    return {
      series,
      features: this.#features.subarray(start * width, end * width),
      values: this.#values.subarray(start, end),
      scales: this.#scales.subarray(start, end),
      observed: this.#observed.subarray(start, end),
    }
  }

  /** To new arrays with room for half as much again as is kept. */
  #move(): void {
    const { features, values, scales, observed } = this.view('')
    const capacity = Math.max(capacityMin, Math.ceil(this.length * 1.5))
    this.#features = new Float32Array(capacity * this.#width)
    this.#values = new Float64Array(capacity)
    this.#scales = new Float64Array(capacity)
    this.#observed = new Uint8Array(capacity)
    this.#features.set(features)
    this.#values.set(values)
    this.#scales.set(scales)
    this.#observed.set(observed)
    this.#end -= this.#start
    this.#start = 0
  }
}
