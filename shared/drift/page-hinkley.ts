/** Values that the usual mean and deviation are learned from before anything is judged. */
const learnedFrom = 10
/** Deviations that one value counts for at most: one odd block is no drift. */
const fallMax = 3

/**
 * Tells when the mean of a stream has fallen: Page–Hinkley [Page, "Continuous inspection schemes", Biometrika 41 (1954); Gama et al.,
 * "A survey on concept drift adaptation", ACM Computing Surveys 46 (2014)], on values standardised by their running mean and deviation.
 * A fall of less than `tolerance` deviations is no drift; what goes beyond it adds up, until it is more than `threshold`.
 *
 * How often it is wrong and how long it takes is measured beside two peers by `foretide bench drift`: docs/decisions/0012-drift-by-page-hinkley.md.
 */
export class PageHinkley {
  #count = 0
  #mean = 0
  #squares = 0
  #sum = 0

  constructor(
    private readonly tolerance = 0.35,
    private readonly threshold = 10,
  ) {}

  /** @returns whether the mean has fallen */
  add(value: number): boolean {
    if (this.#count >= learnedFrom) {
      const deviation = Math.sqrt(this.#squares / (this.#count - 1))
      const fall = deviation > 0 ? (this.#mean - value) / deviation : 0
      this.#sum = Math.max(0, this.#sum + Math.min(fallMax, Math.max(-fallMax, fall)) - this.tolerance)
    }
    this.#count += 1
    const from = value - this.#mean
    this.#mean += from / this.#count
    this.#squares += from * (value - this.#mean)
    return this.#sum > this.threshold
  }

  /** Forget everything: what comes from now on is the new usual. */
  reset(): void {
    this.#count = 0
    this.#mean = 0
    this.#squares = 0
    this.#sum = 0
  }
}
