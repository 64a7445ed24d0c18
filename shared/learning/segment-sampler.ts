import type { SeededRandom } from '#shared/recurrent/seeded-random'
import type { ChunkArrays } from './chunk-arrays.js'
import type { TrainingSeries } from './training-series.js'

export interface SegmentOptions {
  /** New steps of each chunk, at most its length: those before them are run again, so that the gradient reaches them. */
  readonly stride: number
  /** Chunks' lengths that one segment lasts; the state is carried from each chunk to the next. */
  readonly chunksPerSegment: number
  /** First steps of a segment that have no weight: its state starts at zero. */
  readonly warmUp: number
  /** Share of the segments drawn by age; the others are uniform over history. */
  readonly recentShare: number
  /** Mean age of the recent ones, as a share of the series' history. */
  readonly recentMean: number
}

interface Lane {
  index: number
  from: number
  /** Start of the next chunk. */
  next: number
  /** First sample that no chunk has scored yet. */
  unscored: number
  stop: number
}

/**
 * Draws the segments that the lanes of a batch run through, chunk by chunk.
 *
 * Series are drawn in proportion to their samples. Half of the segments end near the present (an exponential age),
 * the others are uniform, so that a session follows the stream and forgets nothing. Lanes begin staggered: at each
 * step some segments are fresh and some have carried their state for long.
 */
export class SegmentSampler {
  readonly #lanes: Lane[] = []
  readonly #random: SeededRandom
  readonly #series: readonly TrainingSeries[]
  readonly #ends: readonly number[]
  readonly #options: SegmentOptions
  readonly #stretches: { indices: number[]; total: number }[]
  readonly #total: number

  /** @param ends per entry of `series`: index of its first sample that training must not see */
  constructor(
    series: readonly TrainingSeries[],
    ends: readonly number[],
    options: SegmentOptions,
    random: SeededRandom,
  ) {
    this.#series = series
    this.#ends = ends
    this.#options = options
    this.#random = random
    const byId = new Map<string, { indices: number[]; total: number }>()
    series.forEach((s, i) => {
      const entry = byId.get(s.series) ?? { indices: [], total: 0 }
      entry.indices.push(i)
      entry.total += ends[i]!
      byId.set(s.series, entry)
    })
    this.#stretches = [...byId.values()].filter((entry) => entry.total > 0)
    this.#total = this.#stretches.reduce((sum, entry) => sum + entry.total, 0)
  }

  /** Whether there is nothing to draw from. */
  get empty(): boolean {
    return this.#total === 0
  }

  /** Fills the next chunk; the states of lanes that begin a segment become zero. */
  fillNext(chunk: ChunkArrays): void {
    chunk.clear()
    for (let b = 0; b < chunk.lanes; b++) {
      let lane = this.#lanes[b]
      if (lane === undefined || lane.unscored >= lane.stop) {
        lane = this.#draw(chunk.steps, lane === undefined ? b % this.#options.chunksPerSegment : 0)
        this.#lanes[b] = lane
        chunk.clearState(b)
      }
      const length = Math.min(chunk.steps, lane.stop - lane.next)
      const scoredFrom = Math.max(lane.unscored, lane.from + this.#options.warmUp)
      const end = this.#ends[lane.index]!
      chunk.fill(b, { series: this.#series[lane.index]!, from: lane.next, length, scoredFrom, end })
      lane.unscored = lane.next + length
      lane.next += this.#options.stride
    }
  }

  /** @param stagger chunks by which a lane's first segment is shorter */
  #draw(chunk: number, stagger: number): Lane {
    const { chunksPerSegment, recentShare, recentMean } = this.#options
    const length = (chunksPerSegment - stagger) * chunk
    let rest = this.#random.uniform() * this.#total
    let at = 0
    while (at < this.#stretches.length - 1 && rest >= this.#stretches[at]!.total)
      rest -= this.#stretches[at++]!.total
    const { indices, total } = this.#stretches[at]!
    const recent = this.#random.uniform() < recentShare
    const age = recent
      ? -Math.log(1 - this.#random.uniform()) * recentMean * total
      : this.#random.uniform() * total
    // The segment's last sample; from there back to its start, within the stretch that holds it.
    let last = Math.max(0, total - 1 - Math.floor(age))
    let stretch = 0
    while (last >= this.#ends[indices[stretch]!]!) last -= this.#ends[indices[stretch++]!]!
    const index = indices[stretch]!
    const stop = Math.min(this.#ends[index]!, Math.max(last + 1, length))
    const from = Math.max(0, stop - length)
    return { index, from, next: from, unscored: from, stop }
  }
}
