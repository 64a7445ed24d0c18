/** One origin of a series, with what the forecast before it had said of it. */
export interface Origin {
  readonly timeMs: number
  readonly value: number
  /** Median and 80 % band at lead 1, issued one cadence earlier; NaN when there was no such forecast. */
  readonly median: number
  readonly lower: number
  readonly upper: number
  readonly anomaly: boolean
  readonly weightsVersion: number
}

const FIRST_CAPACITY = 32
const ANOMALY_BIT = 0x4000_0000

/**
 * The last origins of one series, 28 bytes each, at most `originsMax` of them.
 *
 * `added` counts every origin ever put in, so that a reader who remembers it can ask for what is new;
 * `generation` changes when the ring is emptied, and a reader must then start over.
 */
export class OriginRing {
  added = 0
  generation = 0
  private times = new Float64Array(FIRST_CAPACITY)
  /** [capacity][value, median, lower, upper] */
  private numbers = new Float32Array(FIRST_CAPACITY * 4)
  private versions = new Int32Array(FIRST_CAPACITY)

  constructor(private readonly originsMax: number) {}

  get size(): number {
    return Math.min(this.added, this.times.length)
  }

  add(origin: Origin): void {
    if (this.added === this.times.length && this.added < this.originsMax) this.grow()
    const at = this.added % this.times.length
    this.times[at] = origin.timeMs
    this.numbers.set([origin.value, origin.median, origin.lower, origin.upper], at * 4)
    this.versions[at] = origin.weightsVersion | (origin.anomaly ? ANOMALY_BIT : 0)
    this.added += 1
  }

  clear(): void {
    this.added = 0
    this.generation += 1
  }

  /** Origins in time order, without the first `from` ever added. */
  list(from = 0): Origin[] {
    const origins: Origin[] = []
    for (let count = Math.max(from, this.added - this.size); count < this.added; count += 1) {
      const at = count % this.times.length
      origins.push({
        timeMs: this.times[at]!,
        value: shortened(this.numbers[at * 4]!),
        median: shortened(this.numbers[at * 4 + 1]!),
        lower: shortened(this.numbers[at * 4 + 2]!),
        upper: shortened(this.numbers[at * 4 + 3]!),
        anomaly: (this.versions[at]! & ANOMALY_BIT) !== 0,
        weightsVersion: this.versions[at]! & ~ANOMALY_BIT,
      })
    }
    return origins
  }

  /** The last `count` values, oldest first. */
  lastValues(count: number): number[] {
    const values: number[] = []
    for (let index = Math.max(0, this.added - Math.min(count, this.size)); index < this.added; index += 1) {
      values.push(shortened(this.numbers[(index % this.times.length) * 4]!))
    }
    return values
  }

  private grow(): void {
    // Only ever called when full and not yet wrapped, so that copying keeps the order.
    const capacity = Math.min(this.times.length * 2, this.originsMax)
    const wider = <T extends Float64Array | Float32Array | Int32Array>(from: T, to: T): T => {
      to.set(from)
      return to
    }
    this.times = wider(this.times, new Float64Array(capacity))
    this.numbers = wider(this.numbers, new Float32Array(capacity * 4))
    this.versions = wider(this.versions, new Int32Array(capacity))
  }
}

/** Six significant digits, as in the forecast message; without this 0.1 would read 0.10000000149011612. */
function shortened(single: number): number {
  return Number(single.toPrecision(6))
}
