import { SampleStretch } from './sample-stretch.js'
import type { TrainingSeries } from './training-series.js'

export interface TrainingSetOptions {
  /** Samples held at most, of all series together. */
  readonly samplesMax: number
  /** F */
  readonly features: number
  /** H: a stretch that is not longer has no origin with all its outcomes, and is not kept after a gap. */
  readonly horizon: number
}

/** Share by which an overfull set is cut below its bound, so that cutting is rare. */
const slack = 0.02

/** The samples that training learns from, bounded: when it is full, the longest series lose their oldest samples. */
export class TrainingSet {
  readonly #options: TrainingSetOptions
  /** Stretches between gaps, oldest first; the last one is open. */
  readonly #series = new Map<string, SampleStretch[]>()
  #samples = 0

  constructor(options: TrainingSetOptions) {
    this.#options = options
  }

  /** Samples held now. */
  get samples(): number {
    return this.#samples
  }

  /**
   * The next sample of a series' grid.
   * @param features [F], copied
   * @param scale running scale at this sample, > 0
   */
  add(series: string, features: Float32Array, value: number, scale: number, observed: boolean): void {
    let stretches = this.#series.get(series)
    if (stretches === undefined) {
      stretches = [new SampleStretch(this.#options.features)]
      this.#series.set(series, stretches)
    }
    stretches.at(-1)!.add(features, value, scale, observed)
    this.#samples += 1
    if (this.#samples > this.#options.samplesMax) this.#cut()
  }

  /** The series' next sample does not follow on its last: no segment and no target reaches across. */
  break(series: string): void {
    const stretches = this.#series.get(series)
    if (stretches === undefined) return
    const last = stretches.at(-1)!
    if (last.length <= this.#options.horizon) {
      this.#samples -= last.length
      stretches.pop()
    }
    stretches.push(new SampleStretch(this.#options.features))
  }

  /** One entry per stretch, those of a series together and oldest first. Later samples do not change what was given. */
  series(): TrainingSeries[] {
    return [...this.#series].flatMap(([id, stretches]) =>
      stretches.filter((stretch) => stretch.length > 0).map((stretch) => stretch.view(id)),
    )
  }

  /** Lowers the longest series to a common length, at which the set is a little below its bound. */
  #cut(): void {
    const lengths = [...this.#series.values()].map(lengthOf).sort((a, b) => a - b)
    let left = Math.floor(this.#options.samplesMax * (1 - slack))
    let longest = 0
    for (let i = 0; i < lengths.length; i++) {
      longest = Math.floor(left / (lengths.length - i))
      if (lengths[i]! > longest) break
      left -= lengths[i]!
    }
    for (const [id, stretches] of this.#series) {
      this.#dropOldest(stretches, lengthOf(stretches) - longest)
      if (stretches.length === 0) this.#series.delete(id)
    }
  }

  #dropOldest(stretches: SampleStretch[], count: number): void {
    let excess = count
    while (excess > 0 && stretches.length > 0) {
      const dropped = Math.min(excess, stretches[0]!.length)
      stretches[0]!.drop(dropped)
      this.#samples -= dropped
      excess -= dropped
      if (stretches[0]!.length === 0) stretches.shift()
    }
  }
}

function lengthOf(stretches: readonly SampleStretch[]): number {
  return stretches.reduce((sum, stretch) => sum + stretch.length, 0)
}
