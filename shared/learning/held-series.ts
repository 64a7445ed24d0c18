import type { SampleSpan } from './sample-span.js'
import { SampleStretch, sampleBytes, stretchBytes } from './sample-stretch.js'
import type { TrainingSeries } from './training-series.js'

export interface HeldSeriesOptions {
  /** F */
  readonly features: number
  /** H: a stretch that is not longer has no origin with all its outcomes, and is not kept after a gap. */
  readonly horizon: number
  readonly cadenceMs: number
  /** Samples of a block of the past, which is kept or forgotten as a whole. */
  readonly blockSamples: number
}

/** Blocks that a series must have room for, before any of its past is kept. */
const blocksMin = 4

/** Part of a stretch: its first sample, and the one after its last. */
type Piece = readonly [stretch: SampleStretch, start: number, end: number]

/** Bytes of the entry itself: its objects, and its name in the table. */
export const seriesBytes = 256

/** What a training set holds of one series: its newest samples, and blocks of its past. */
export class HeldSeries {
  readonly #options: HeldSeriesOptions
  readonly #rank: (block: number) => number
  /** Oldest first; the last one is open. */
  #stretches: SampleStretch[] = []
  #next = 0
  #broken = true

  /** Where the series stands on the circle of those that take turns, in [0, 1). */
  readonly place: number

  /** @param rank of a block by its number, in [0, 1): the blocks of the past with the lowest ranks are kept */
  constructor(options: HeldSeriesOptions, rank: (block: number) => number) {
    this.#options = options
    this.#rank = rank
    this.place = rank(-1)
  }

  get samples(): number {
    return this.#stretches.reduce((sum, { length }) => sum + length, 0)
  }

  get bytes(): number {
    return this.#stretches.reduce((sum, { bytes }) => sum + bytes, seriesBytes)
  }

  /** The next sample of the grid. @returns bytes by which it grew */
  add(features: Float32Array, value: number, scale: number, observed: boolean, timeMs: number): number {
    let open = this.#stretches.at(-1)
    const before = this.#broken || open === undefined ? 0 : open.bytes
    if (this.#broken || open === undefined) {
      open = new SampleStretch(this.#options.features, this.#next, timeMs)
      this.#stretches.push(open)
      this.#broken = false
    }
    open.add(features, value, scale, observed)
    this.#next += 1
    return open.bytes - before
  }

  /** The next sample does not follow on the last. @returns bytes that were freed */
  break(): number {
    if (this.#broken) return 0
    this.#broken = true
    const last = this.#stretches.at(-1)!
    if (last.length > this.#options.horizon) return 0
    this.#stretches.pop()
    return last.bytes
  }

  /** Forgets all that it holds. */
  clear(): void {
    this.#stretches = []
    this.#broken = true
  }

  /** One entry per stretch, oldest first, without the samples in spans that are left out. */
  views(series: string, leftOut: readonly SampleSpan[]): TrainingSeries[] {
    return this.#stretches.flatMap((stretch) =>
      this.#piecesOf(stretch, leftOut).map(([start, end]) => stretch.view(series, start, end)),
    )
  }

  /**
   * Cuts it to at most `bytes`: half of them for the newest samples, and half for blocks of the past, where that is room for some.
   * What is kept of the past is at any time as if each block that there ever was had been given the same chance.
   */
  cut(bytes: number): void {
    if (this.bytes <= bytes) return
    const { features, blockSamples, cadenceMs } = this.#options
    const perBlock = stretchBytes(features, blockSamples)
    const room = bytes - seriesBytes
    const pastRoom = room >= blocksMin * perBlock ? room / 2 : 0
    const newest = Math.floor((room - pastRoom - stretchBytes(features, 0)) / sampleBytes(features))
    const earliest = Math.max(0, this.#next - Math.max(0, newest))
    // A block is never divided between the two, lest it come back in pieces.
    const from = pastRoom > 0 ? Math.ceil(earliest / blockSamples) * blockSamples : earliest
    const kept: SampleStretch[] = []
    const keep = (pieces: readonly Piece[], within: number) => {
      let left = within
      for (const [stretch, start, end] of pieces) {
        left -= stretchBytes(features, end - start)
        // What does not fit ends it: to go on to smaller pieces would favour the short.
        if (left < 0) break
        const exact = stretch.bytes === stretchBytes(features, end - start)
        kept.push(exact ? stretch : stretch.slice(start, end, cadenceMs))
      }
    }
    const { recent, past } = this.#split(from)
    keep(recent.reverse(), room - pastRoom)
    keep(
      past.sort((a, b) => this.#rankOf(a) - this.#rankOf(b)),
      pastRoom,
    )
    this.#broken ||= kept.every((stretch) => stretch.from + stretch.length < this.#next)
    this.#stretches = kept.sort((a, b) => a.from - b.from)
  }

  /** Pieces at or after `from`, and the blocks before it, none of which reaches over a multiple of the block's size. */
  #split(from: number): { recent: Piece[]; past: Piece[] } {
    const { blockSamples } = this.#options
    const recent: Piece[] = []
    const past: Piece[] = []
    for (const stretch of this.#stretches) {
      const last = stretch.from + stretch.length
      let at = stretch.from
      for (; at < Math.min(from, last); ) {
        const end = Math.min(last, from, (Math.floor(at / blockSamples) + 1) * blockSamples)
        past.push([stretch, at - stretch.from, end - stretch.from])
        at = end
      }
      if (at < last) recent.push([stretch, at - stretch.from, stretch.length])
    }
    return { recent, past }
  }

  #rankOf([stretch, start]: Piece): number {
    return this.#rank(Math.floor((stretch.from + start) / this.#options.blockSamples))
  }

  #piecesOf(stretch: SampleStretch, leftOut: readonly SampleSpan[]): [number, number][] {
    const { cadenceMs } = this.#options
    let pieces: [number, number][] = [[0, stretch.length]]
    for (const { fromMs, toMs } of leftOut) {
      const first = Math.ceil((fromMs - stretch.fromMs) / cadenceMs)
      const after = Math.ceil((toMs - stretch.fromMs) / cadenceMs)
      pieces = pieces.flatMap(([start, end]): [number, number][] => [
        [start, Math.min(end, first)],
        [Math.max(start, after), end],
      ])
      pieces = pieces.filter(([start, end]) => end > start)
    }
    return pieces
  }
}
