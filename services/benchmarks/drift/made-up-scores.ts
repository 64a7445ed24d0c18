import type { Offset } from '#shared/log/port'
import { SeededRandom } from '#shared/recurrent/seeded-random'

const hour = 3_600_000
/** A block of evidence: a horizon and a season of hourly readings. */
export const dayMs = 24 * hour
/** The knots of a horizon of 24 hours. */
const leads = [1, 2, 4, 7, 11, 16, 20]
const leadMax = 20
/** Hours by which the second partition is behind. */
const lag = 5

export interface MadeUpScoreOptions {
  readonly seed: number
  readonly series?: number
  /** Share of a shock's variance that all series have in common. */
  readonly common?: number
  /** Correlation of a forecaster's own error from one hour to the next. */
  readonly memory?: number
  /** Size of each forecaster's own error, by the size of what nobody could know. */
  readonly own: readonly [number, number]
  /** What the second forecaster's errors are multiplied by, from hour to hour. */
  readonly factor?: (hour: number) => number
}

/** Two forecasters' errors for one outcome, and where a scores topic would have them. K leads. */
export interface MadeUpScore {
  readonly partition: number
  readonly offset: Offset
  readonly series: string
  readonly timeMs: number
  readonly leads: readonly number[]
  /** [K] of each */
  readonly errors: readonly [readonly number[], readonly number[]]
}

/**
 * Scores of two forecasters of the same series as they come live, hour by hour, for as long as somebody asks.
 *
 * Each series is an AR(1) of its own unit and persistence, whose shocks are louder by day and have a part in common. An error at lead h is
 * the sum of the last h shocks, which nobody could know and which both forecasters share, plus one of its own, which goes on for hours and
 * moves all series, because they share the weights. So neighbouring origins, leads and series are all correlated. Every fifth series reports
 * every sixth hour only, and one of two partitions is behind.
 */
export function* madeUpScores(options: MadeUpScoreOptions): Generator<MadeUpScore, never> {
  const { seed, series: count = 6, common = 0.5, memory = 0.8, own: sizes, factor = () => 1 } = options
  const normal = normals(new SeededRandom(seed))
  const go = (before: number) => memory * before + Math.sqrt(1 - memory ** 2) * normal()
  const all = Array.from({ length: count }, (_, s) => makeSeries(s, [normal(), normal()]))
  const shared = [normal(), normal()]
  const offsets = [0, 0]
  const behind: MadeUpScore[][] = []
  for (let t = 0; ; t++) {
    const everywhere = normal()
    for (const f of [0, 1]) shared[f] = go(shared[f]!)
    const scores: MadeUpScore[] = []
    for (const [s, each] of all.entries()) {
      const loudness = 1 + 0.5 * Math.sin((2 * Math.PI * t) / 24)
      each.shocks.unshift(loudness * (Math.sqrt(common) * everywhere + Math.sqrt(1 - common) * normal()))
      each.shocks.length = leadMax
      for (const f of [0, 1]) each.own[f] = go(each.own[f]!)
      if (s % 5 === 4 && t % 6 > 0) continue
      const errorsAt = (f: number) =>
        errorsOf(each, sizes[f]! * (0.6 * shared[f]! + 0.8 * each.own[f]!), f === 1 ? factor(t) : 1)
      const [partition, timeMs] = [s % 2, t * hour]
      const errors = [errorsAt(0), errorsAt(1)] as const
      scores.push({ partition, offset: offsets[partition]!++, series: each.id, timeMs, leads, errors })
    }
    behind.push(scores.filter(({ partition }) => partition === 1))
    yield* scores.filter(({ partition }) => partition === 0)
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
  /** Each forecaster's own error, of size 1. */
  readonly own: number[]
}

function makeSeries(s: number, own: number[]): MadeUpSeries {
  const persistence = 0.75 + 0.05 * (s % 5)
  const powers = Array.from({ length: leadMax }, (_, j) => persistence ** j)
  const sizes = leads.map((h) => Math.sqrt(powers.slice(0, h).reduce((sum, power) => sum + power ** 2, 0)))
  return { id: `s${s}`, unit: 10 ** (s % 4), powers, sizes, shocks: new Array(leadMax).fill(0), own }
}

/** [K] absolute errors of one forecaster for one outcome. */
function errorsOf({ unit, powers, sizes, shocks }: MadeUpSeries, own: number, factor: number): number[] {
  let unknown = 0
  let j = 0
  return leads.map((h, k) => {
    for (; j < h; j++) unknown += powers[j]! * shocks[j]!
    return factor * unit * Math.abs(unknown + sizes[k]! * own)
  })
}

function normals(random: SeededRandom): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
}
