import { ScoreBlocks } from '#shared/promotion/score-blocks'
import { PageHinkley } from './page-hinkley.js'

/** Absolute errors of the serving weights' head and of the seasonal naive forecast, for one outcome. K leads. */
export interface ServingScore {
  readonly series: string
  /** When the outcome came, event time in milliseconds. */
  readonly timeMs: number
  readonly leads: readonly number[]
  /** [K] version that served at the origin. */
  readonly serving: ArrayLike<number>
  readonly servingErrors: ArrayLike<number>
  /** [K]; NaN before a season was seen. */
  readonly naiveErrors: ArrayLike<number>
}

/**
 * Watches what the serving weights are worth on live scores: by how much their head errs less than the seasonal naive forecast, one
 * number for each block of event time, by the rule by which two versions are compared. When the data get louder or calmer both errors
 * move and the number does not; when what was learned no longer holds, it falls.
 */
export class DriftWatch {
  readonly #blockMs: number
  readonly #fall = new PageHinkley()
  #blocks: ScoreBlocks
  #version: number
  #drifted = false

  /**
   * @param blockMs event time of a block
   * @param version that serves now
   */
  constructor(blockMs: number, version: number) {
    this.#blockMs = blockMs
    this.#version = version
    this.#blocks = new ScoreBlocks(blockMs)
  }

  /** Whether the serving weights have lost what they were worth, since they were last `reset`. */
  get drifted(): boolean {
    return this.#drifted
  }

  take({ series, timeMs, leads, serving, servingErrors, naiveErrors }: ServingScore): void {
    const errorOf = (errors: ArrayLike<number>) =>
      leads.map((_, k) => (serving[k] === this.#version ? (errors[k] ?? Number.NaN) : Number.NaN))
    const closed = this.#blocks.take({
      ...{ series, timeMs, leads },
      champion: errorOf(naiveErrors),
      challenger: errorOf(servingErrors),
    })
    for (const worth of closed) this.#drifted = this.#fall.add(worth) || this.#drifted
  }

  /** Begin anew: other weights serve, or these were trained on what has come since. */
  reset(version: number): void {
    this.#version = version
    this.#blocks = new ScoreBlocks(this.#blockMs, this.#blocks.closedTo)
    this.#fall.reset()
    this.#drifted = false
  }
}
