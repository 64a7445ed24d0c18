import type { Offset } from '#shared/log/port'
import type { SlotScore } from '#shared/promotion/running-contest'
import { parkMiller } from '../reference/recurrent/park-miller.js'

const hour = 3_600_000
export const dayMs = 24 * hour
/** The knots of a horizon of 24 hours. */
const leads = [1, 2, 4, 7, 11, 16, 20]
const leadMax = 20
/** Hours by which the second partition is behind. */
const lag = 5

export interface ScoreStreamOptions {
  readonly seed: number
  /** Challenger's errors by those of a forecaster as good as the champion. */
  readonly ratio: number
  readonly series?: number
  /** Share of a shock's variance that all series have in common. */
  readonly common?: number
  /** Correlation of a version's own error from one hour to the next. */
  readonly memory?: number
}

/** The scores that a forecaster publishes hour by hour: partition, offset, score. */
export type ScoreEntry = readonly [partition: number, offset: Offset, score: SlotScore]

/**
 * Scores of two weights versions, 1 that serves and 2 that shadows, as they come live, for as long as somebody asks.
 *
 * Each series is an AR(1) of its own unit and persistence, whose shocks are louder by day and have a part in common. A version's error
 * at lead h is the sum of the last h shocks, which nobody could know and which both versions share, plus an error of its own of half
 * that size, which goes on for hours and moves all series, because they share the weights. So neighbouring origins, leads and
 * series are all correlated. Every fifth series reports every sixth hour only, and one of two partitions is behind.
 */
export function* scoreStream(options: ScoreStreamOptions): Generator<ScoreEntry, never> {
  const { seed, ratio, series: count = 6, common = 0.5, memory = 0.8 } = options
  const normal = normals(parkMiller(seed))
  const go = (before: number) => memory * before + Math.sqrt(1 - memory ** 2) * normal()
  const all = Array.from({ length: count }, (_, s) => makeSeries(s, [normal(), normal()]))
  const shared = [normal(), normal()]
  const offsets = [0, 0]
  const behind: ScoreEntry[][] = []
  for (let t = 0; ; t++) {
    const everywhere = normal()
    for (const v of [0, 1]) shared[v] = go(shared[v]!)
    const entries: ScoreEntry[] = []
    for (const [s, each] of all.entries()) {
      const loudness = 1 + 0.5 * Math.sin((2 * Math.PI * t) / 24)
      each.shocks.unshift(loudness * (Math.sqrt(common) * everywhere + Math.sqrt(1 - common) * normal()))
      each.shocks.length = leadMax
      for (const v of [0, 1]) each.own[v] = go(each.own[v]!)
      if (s % 5 === 4 && t % 6 > 0) continue
      const partition = s % 2
      const [champion, challenger] = [0, 1].map((v) =>
        errorsOf(each, 0.6 * shared[v]! + 0.8 * each.own[v]!, v === 1 ? ratio : 1),
      )
      entries.push([partition, offsets[partition]!++, scoreOf(each.id, t, champion!, challenger!)])
    }
    behind.push(entries.filter(([partition]) => partition === 1))
    yield* entries.filter(([partition]) => partition === 0)
    if (behind.length > lag) yield* behind.shift()!
  }
}

interface MadeUpSeries {
  readonly id: string
  readonly unit: number
  /** [leadMax] of the AR(1)'s persistence. */
  readonly powers: readonly number[]
  /** Standard deviation of what nobody could know, by lead, for shocks of size 1. */
  readonly sizes: readonly number[]
  /** Newest first. */
  readonly shocks: number[]
  /** Each version's own error, of size 1. */
  readonly own: number[]
}

function makeSeries(s: number, own: number[]): MadeUpSeries {
  const persistence = 0.75 + 0.05 * (s % 5)
  const powers = Array.from({ length: leadMax }, (_, j) => persistence ** j)
  const sizes = leads.map((h) => Math.sqrt(powers.slice(0, h).reduce((sum, power) => sum + power ** 2, 0)))
  return { id: `s${s}`, unit: 10 ** (s % 4), powers, sizes, shocks: new Array(leadMax).fill(0), own }
}

/** [K] absolute errors of one version at one outcome. */
function errorsOf({ unit, powers, sizes, shocks }: MadeUpSeries, own: number, ratio: number): number[] {
  let unknown = 0
  let j = 0
  return leads.map((h, k) => {
    for (; j < h; j++) unknown += powers[j]! * shocks[j]!
    return ratio * unit * Math.abs(unknown + 0.5 * sizes[k]! * own)
  })
}

function scoreOf(series: string, t: number, champion: number[], challenger: number[]): SlotScore {
  return {
    ...{ series, timeMs: t * hour, leads },
    ...{ serving: leads.map(() => 1), servingErrors: champion, naiveErrors: leads.map(() => Number.NaN) },
    ...{ shadow: leads.map(() => 2), shadowErrors: challenger },
  }
}

function normals(uniform: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}
