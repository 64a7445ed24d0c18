/** Absolute errors of champion and challenger for one outcome, from the same origins. K leads. */
export interface PairedScore {
  readonly series: string
  /** When the outcome came, event time in milliseconds. */
  readonly timeMs: number
  readonly leads: readonly number[]
  /** [K]; NaN where a lead has no forecast of that version. */
  readonly champion: readonly number[]
  readonly challenger: readonly number[]
}

/** Sums of absolute errors of one series at one lead. */
interface ErrorSums {
  champion: number
  challenger: number
}

/** Blocks that stay open at most, the newest among them, for partitions that lag. */
const OPEN_BLOCKS = 2
/** Share of a block by which scores may come late, where there is one partition, so that none lags. */
const GRACE = 0.25

/**
 * Gathers scores into blocks of event time and gives one number for each: the mean over series of the mean over leads of
 * (champion's error − challenger's) / (their sum).
 *
 * Forecasts of neighbouring origins overlap and series move together, so neither origins nor series are independent
 * evidence; blocks of at least a horizon, with one number each, are as close to it as a stream gives.
 */
export class ScoreBlocks {
  /** Open blocks by index; each by series, then by lead. */
  private readonly open = new Map<number, Map<string, Map<number, ErrorSums>>>()
  private newest = Number.NEGATIVE_INFINITY

  /**
   * @param blockMs length of a block, a horizon at least
   * @param closedTo index of the last block that is closed
   */
  constructor(
    private readonly blockMs: number,
    public closedTo = Number.NEGATIVE_INFINITY,
  ) {}

  /** The block that a time falls into. */
  indexOf(timeMs: number): number {
    return Math.floor(timeMs / this.blockMs)
  }

  /** @returns differences of the blocks that this score closes, oldest first */
  take(score: PairedScore): number[] {
    const index = this.indexOf(score.timeMs)
    if (index <= this.closedTo) return []
    this.gather(index, score)
    if (index <= this.newest) return []
    this.newest = index
    return this.close(index - OPEN_BLOCKS)
  }

  /**
   * Close the blocks that everybody is past, by a quarter of a block.
   * @param timeMs that everybody has reached
   * @returns differences of the blocks that this closes, oldest first
   */
  closeBefore(timeMs: number): number[] {
    const index = this.indexOf(timeMs - GRACE * this.blockMs)
    return index - 1 > this.closedTo ? this.close(index - 1) : []
  }

  private gather(index: number, { series, leads, champion, challenger }: PairedScore): void {
    leads.forEach((lead, k) => {
      const [a, b] = [champion[k]!, challenger[k]!]
      if (!Number.isFinite(a + b)) return
      const block = getOrAdd(this.open, index, () => new Map<string, Map<number, ErrorSums>>())
      const byLead = getOrAdd(block, series, () => new Map<number, ErrorSums>())
      const sums = getOrAdd(byLead, lead, () => ({ champion: 0, challenger: 0 }))
      sums.champion += a
      sums.challenger += b
    })
  }

  private close(to: number): number[] {
    const due = [...this.open.keys()].filter((index) => index <= to).sort((a, b) => a - b)
    this.closedTo = Math.max(this.closedTo, to)
    const differences: number[] = []
    for (const index of due) {
      const difference = differenceOf(this.open.get(index)!)
      this.open.delete(index)
      if (difference !== null) differences.push(difference)
    }
    return differences
  }
}

/** null for a block in which nothing was compared. */
function differenceOf(block: ReadonlyMap<string, ReadonlyMap<number, ErrorSums>>): number | null {
  let sum = 0
  let count = 0
  for (const byLead of block.values()) {
    for (const { champion, challenger } of byLead.values()) {
      const both = champion + challenger
      // Both right at every origin: a draw.
      sum += both > 0 ? (champion - challenger) / both / byLead.size : 0
    }
    count++
  }
  return count === 0 ? null : sum / count
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
