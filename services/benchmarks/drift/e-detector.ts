/** Values that the usual mean and deviation are learned from before anything is judged. */
const learnedFrom = 10
/** Deviations that one value counts for at most. */
const fallMax = 3
/** Shares of the wealth that are staked, side by side. */
const stakes = [0.1, 0.2, 0.4, 0.7, 0.95]

/**
 * A peer that Page–Hinkley is measured against: an e-detector of the CUSUM form [Shin, Ramdas and Rinaldo, "E-detectors: a nonparametric
 * framework for sequential change detection", New England Journal of Statistics in Data Science 2 (2024)] for a falling mean. At each value
 * a gambler bets anew that the mean has fallen by more than `tolerance` deviations; the luckiest of them all is looked at. Mean and
 * deviation are not known but the running ones, so that its promise, on average `threshold` values to a false alarm, holds nearly.
 */
export class EDetector {
  #count = 0
  #mean = 0
  #squares = 0
  readonly #wealths = new Float64Array(stakes.length)

  constructor(
    private readonly tolerance: number,
    private readonly threshold: number,
  ) {}

  /** @returns whether the mean has fallen */
  add(value: number): boolean {
    let evidence = 0
    if (this.#count >= learnedFrom) {
      const deviation = Math.sqrt(this.#squares / (this.#count - 1))
      const fall = deviation > 0 ? (this.#mean - value) / deviation : 0
      const bounded = Math.min(fallMax, Math.max(-fallMax, fall))
      const gain = (bounded - this.tolerance) / (fallMax + this.tolerance)
      stakes.forEach((stake, i) => {
        this.#wealths[i] = Math.max(1, this.#wealths[i]!) * (1 + stake * gain)
        evidence += this.#wealths[i]! / stakes.length
      })
    }
    this.#count += 1
    const from = value - this.#mean
    this.#mean += from / this.#count
    this.#squares += from * (value - this.#mean)
    return evidence > this.threshold
  }
}
