import { HeldSeries, type HeldSeriesOptions, seriesBytes } from './held-series.js'
import type { SampleSpan } from './sample-span.js'
import { stretchBytes } from './sample-stretch.js'
import { seededRank } from './seeded-rank.js'
import type { TrainingSeries } from './training-series.js'

export interface TrainingSetOptions extends Omit<HeldSeriesOptions, 'blockSamples'> {
  /** Bytes held at most. */
  readonly memory: number
  readonly seed: number
}

/** Share by which an overfull set is cut below its bound, so that cutting is rare. */
const slack = 0.1
/** Samples of a block beside those that hold its last outcomes: a segment of four chunks of 32. */
const segmentSamples = 128
/** Origins that a series must have room for: with fewer it teaches nothing, and others get the room in turns. */
const originsMin = 32
/** How much of a series comes while its turn lasts, in such rooms. */
const turnRooms = 4

/**
 * The samples that training learns from, in bounded memory.
 *
 * When it is full, series share the room by max–min fairness: short ones keep all that they have, the others the same each, half of
 * it for their newest samples and half for a uniform sample of blocks of their past. Where there are too many series for that, those
 * whose turn it is keep theirs; turns go round, so that every series is learned from in time.
 */
export class TrainingSet {
  readonly #options: TrainingSetOptions
  readonly #held: HeldSeriesOptions
  /** Bytes of the least that a series must have room for. */
  readonly #floor: number
  readonly #series = new Map<string, HeldSeries>()
  #leftOut: readonly SampleSpan[] = []
  #bytes = 0
  /** Series that are kept: those on an arc of a circle, from `turn` on. All of them while it is the whole circle. */
  #arc = 1
  #turn = 0

  constructor(options: TrainingSetOptions) {
    this.#options = options
    this.#held = { ...options, blockSamples: segmentSamples + options.horizon }
    this.#floor = seriesBytes + stretchBytes(options.features, options.horizon + originsMin)
  }

  /** Samples held now. */
  get samples(): number {
    let sum = 0
    for (const held of this.#series.values()) sum += held.samples
    return sum
  }

  /** Memory taken now, by arrays and by what is around them. */
  get bytes(): number {
    return this.#bytes
  }

  /**
   * The next sample of a series' grid.
   * @param features [F], copied
   * @param scale running scale at this sample, > 0
   * @param observed false also for a value that training must neither start from nor aim at
   */
  add(
    series: string,
    features: Float32Array,
    value: number,
    scale: number,
    observed: boolean,
    timeMs: number,
  ): void {
    let held = this.#series.get(series)
    if (held === undefined) {
      const { seed } = this.#options
      held = new HeldSeries(this.#held, (block) => seededRank(seed, series, block))
      this.#series.set(series, held)
      this.#bytes += seriesBytes
    }
    if (this.#arc < 1) this.#moveTurn()
    if (!this.#hasTurn(held)) {
      this.#bytes -= held.break()
      return
    }
    this.#bytes += held.add(features, value, scale, observed, timeMs)
    if (this.#bytes > this.#options.memory) this.#cut()
  }

  /** The series' next sample does not follow on its last: no segment and no target reaches across. */
  break(series: string): void {
    this.#bytes -= this.#series.get(series)?.break() ?? 0
  }

  /** The spans that are left out from now on, in place of those before; what they cover is kept, in case they are taken back. */
  leaveOut(spans: readonly SampleSpan[]): void {
    this.#leftOut = [...spans]
  }

  /** One entry per stretch, those of a series together and oldest first. Later samples do not change what was given. */
  series(): TrainingSeries[] {
    return [...this.#series].flatMap(([id, held]) => {
      const spans = this.#leftOut.filter(({ series }) => series === null || series === id)
      return held.views(id, spans)
    })
  }

  #cut(): void {
    const all = [...this.#series.values()]
    const room = Math.floor(this.#options.memory * (1 - slack))
    if (this.#arc < 1 || fairShare(all, room) < this.#floor) {
      this.#arc = Math.max(0, room - all.length * seriesBytes) / (all.length * turnRooms * this.#floor)
      for (const held of all) if (!this.#hasTurn(held)) held.clear()
    }
    const share = fairShare(all, room)
    this.#bytes = 0
    for (const held of all) {
      held.cut(share)
      this.#bytes += held.bytes
    }
  }

  #hasTurn({ place }: HeldSeries): boolean {
    return (place - this.#turn + 1) % 1 < this.#arc
  }

  /** With every sample, so that a series keeps its turn for about as many as it has room for. */
  #moveTurn(): void {
    const samples = turnRooms * (originsMin + this.#options.horizon)
    this.#turn = (this.#turn + this.#arc / this.#series.size / samples) % 1
  }
}

/** Bytes at which series that take more are cut, so that all together fit; Infinity where they do as they are. */
function fairShare(series: readonly HeldSeries[], room: number): number {
  const sizes = series.map(({ bytes }) => bytes).sort((a, b) => a - b)
  let left = room
  for (let i = 0; i < sizes.length; i++) {
    const share = left / (sizes.length - i)
    if (sizes[i]! > share) return share
    left -= sizes[i]!
  }
  return Number.POSITIVE_INFINITY
}
