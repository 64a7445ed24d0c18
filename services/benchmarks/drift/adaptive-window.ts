/** Values on each side of a cut at least. */
const sideMin = 5
/** Values remembered at most: the oldest go, so that memory and work stay bounded. */
const windowMax = 256

/**
 * The peer that Page–Hinkley is measured against: ADWIN [Bifet and Gavaldà, "Learning from time-changing data with adaptive windowing",
 * SDM 2007] for a falling mean. Every cut of the short window is tried, and the bound's second term is in standard deviations.
 */
export class AdaptiveWindow {
  readonly #delta: number
  #values: number[] = []

  /** @param delta in (0, 1): the lower, the fewer false alarms and the longer the delay */
  constructor(delta = 0.05) {
    this.#delta = delta
  }

  /** @returns whether the mean has fallen */
  add(value: number): boolean {
    const values = this.#values
    values.push(value)
    if (values.length > windowMax) values.shift()
    return this.#hasFallen()
  }

  #hasFallen(): boolean {
    const values = this.#values
    const count = values.length
    if (count < 2 * sideMin) return false
    const sum = values.reduce((total, value) => total + value, 0)
    const mean = sum / count
    const deviation = Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / count)
    const log = Math.log((2 * Math.log(count)) / this.#delta)
    let older = 0
    for (let cut = 1; cut <= count - sideMin; cut++) {
      older += values[cut - 1]!
      if (cut < sideMin) continue
      const harmonic = 1 / (1 / cut + 1 / (count - cut))
      const bound = deviation * (Math.sqrt((2 / harmonic) * log) + (2 / (3 * harmonic)) * log)
      if (older / cut - (sum - older) / (count - cut) > bound) return true
    }
    return false
  }
}
