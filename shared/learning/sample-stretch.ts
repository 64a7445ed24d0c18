import type { TrainingSeries } from './training-series.js'

const capacityMin = 16

/** Bytes that the objects around a stretch's arrays take, measured on V8. */
const overheadBytes = 1024

/** Bytes of one sample with F features: features, value, scale, mask. */
export function sampleBytes(features: number): number {
  return 4 * features + 17
}

/** Bytes of a stretch with room for so many samples. */
export function stretchBytes(features: number, samples: number): number {
  return overheadBytes + samples * sampleBytes(features)
}

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
  #length = 0

  /**
   * @param width F
   * @param from place of the first sample in its series: 0, 1, …
   * @param fromMs its event time
   */
  constructor(
    width: number,
    readonly from: number,
    readonly fromMs: number,
    capacity = capacityMin,
  ) {
    this.#width = width
    this.#features = new Float32Array(capacity * width)
    this.#values = new Float64Array(capacity)
    this.#scales = new Float64Array(capacity)
    this.#observed = new Uint8Array(capacity)
  }

  get length(): number {
    return this.#length
  }

  /** Memory that it takes, with the room that is not used yet. */
  get bytes(): number {
    return stretchBytes(this.#width, this.#values.length)
  }

  add(features: Float32Array, value: number, scale: number, observed: boolean): void {
    if (this.#length === this.#values.length) this.#grow()
    const at = this.#length
    this.#features.set(features, at * this.#width)
    this.#values[at] = value
    this.#scales[at] = scale
    this.#observed[at] = observed ? 1 : 0
    this.#length += 1
  }

  /** Samples `start` to before `end`, without a copy. */
  view(series: string, start = 0, end = this.#length): TrainingSeries {
    const width = this.#width
    return {
      series,
      features: this.#features.subarray(start * width, end * width),
      values: this.#values.subarray(start, end),
      scales: this.#scales.subarray(start, end),
      observed: this.#observed.subarray(start, end),
    }
  }

  /** A copy of samples `start` to before `end` that takes no more room than they need. */
  slice(start: number, end: number, cadenceMs: number): SampleStretch {
    const copy = new SampleStretch(
      this.#width,
      this.from + start,
      this.fromMs + start * cadenceMs,
      end - start,
    )
    copy.#take(this.view('', start, end))
    return copy
  }

  #take({ features, values, scales, observed }: TrainingSeries): void {
    this.#features.set(features)
    this.#values.set(values)
    this.#scales.set(scales)
    this.#observed.set(observed)
    this.#length = values.length
  }

  /** To new arrays with room for an eighth more: what is not used yet counts as memory, too. */
  #grow(): void {
    const kept = this.view('')
    const capacity = Math.max(capacityMin, Math.ceil(this.#length * 1.125), this.#length + 8)
    this.#features = new Float32Array(capacity * this.#width)
    this.#values = new Float64Array(capacity)
    this.#scales = new Float64Array(capacity)
    this.#observed = new Uint8Array(capacity)
    this.#take(kept)
  }
}
