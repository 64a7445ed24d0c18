import { BANDS } from '#shared/forecast/quantile-levels'
import type { ScoredOutcome } from './backtest-scorer.js'
import { blockCount, testBlockMeans } from './block-test.js'

/** What two configurations are compared by. */
export const LOSSES = ['mse', 'mae', 'mase', 'crps'] as const
export type Loss = (typeof LOSSES)[number]

export interface PairedFigure {
  /** Means over the targets that both forecast. */
  readonly first: number
  readonly second: number
  /** First − second, as the mean of the means over blocks of time. */
  readonly difference: number
  /** Ends of its 95 % confidence interval, and how likely one as far from 0 is where there is none; null with too few blocks. */
  readonly low: number | null
  readonly high: number | null
  readonly p: number | null
}

/** Two configurations on the same series, origins and leads. */
export interface PairedScore extends Readonly<Record<Loss, PairedFigure>> {
  readonly targets: number
  /** Targets that only the first, and only the second, forecast; they count nowhere. */
  readonly unpaired: readonly [number, number]
  readonly blocks: number
  readonly coverage: Readonly<Record<string, readonly [number, number]>>
  /** Mean absolute errors by lead. */
  readonly byLead: Readonly<Record<string, readonly [number, number]>>
}

export interface PairedOptions {
  readonly horizon: number
  readonly cadenceMs: number
  /** Samples in the main season. */
  readonly season: number
  /** First and last origin, about. */
  readonly fromMs: number
  readonly toMs: number
}

/** [losses, then one per band: covered or not] */
type Marks = Float64Array

class Sums {
  readonly counts = LOSSES.map(() => 0)
  readonly sums = [new Float64Array(LOSSES.length), new Float64Array(LOSSES.length)] as const
}

/**
 * Joins what two configurations said of the same targets, as they come, and keeps sums of both by block of time. What waits
 * for the other is what came since the last `settle`.
 */
export class PairedScores {
  private readonly blocks: readonly Sums[]
  private readonly all = new Sums()
  private readonly covered = BANDS.map(() => [0, 0] as [number, number])
  private readonly leadSums: readonly Float64Array[]
  private readonly leadCounts: Float64Array
  private readonly waiting = [new Map<string, Map<number, Marks>>(), new Map<string, Map<number, Marks>>()]
  private readonly unpaired: [number, number] = [0, 0]
  private targets = 0

  constructor(private readonly options: PairedOptions) {
    const { fromMs, toMs, cadenceMs, horizon, season } = options
    const count = blockCount((toMs - fromMs) / cadenceMs, horizon, season)
    this.blocks = Array.from({ length: Math.max(1, count) }, () => new Sums())
    this.leadSums = [new Float64Array(horizon), new Float64Array(horizon)]
    this.leadCounts = new Float64Array(horizon)
  }

  /** @param side 0 for the first configuration, 1 for the second */
  take(side: 0 | 1, outcome: ScoredOutcome): void {
    const { forecast, lead } = outcome
    const { horizon, cadenceMs } = this.options
    const key = Math.round(forecast.originTimeMs / cadenceMs) * horizon + lead - 1
    const marks = marksOf(outcome, horizon)
    const others = this.waiting[1 - side]!.get(forecast.series)
    const other = others?.get(key)
    if (!other) {
      const mine = this.waiting[side]!
      const known = mine.get(forecast.series)
      if (known) known.set(key, marks)
      else mine.set(forecast.series, new Map([[key, marks]]))
      return
    }
    others!.delete(key)
    const pair = side === 0 ? ([marks, other] as const) : ([other, marks] as const)
    this.add(pair, lead, forecast.originTimeMs)
  }

  /** Both have seen the same records: what waits now was forecast by one alone. */
  settle(): void {
    this.waiting.forEach((bySeries, side) => {
      for (const alone of bySeries.values()) this.unpaired[side]! += alone.size
      bySeries.clear()
    })
  }

  result(): PairedScore {
    this.settle()
    const figure = (l: number): PairedFigure => {
      const count = this.all.counts[l]!
      const first = this.all.sums[0][l]! / count
      const second = this.all.sums[1][l]! / count
      const means = this.blocks.flatMap(({ counts, sums }) =>
        counts[l]! > 0 ? [(sums[0][l]! - sums[1][l]!) / counts[l]!] : [],
      )
      const untested = { difference: first - second, low: null, high: null, p: null }
      return { first, second, ...(testBlockMeans(means) ?? untested) }
    }
    const [mse, mae, mase, crps] = LOSSES.map((_, l) => figure(l)) as [
      ...[PairedFigure, PairedFigure, PairedFigure, PairedFigure],
    ]
    const byLead = [...this.leadCounts].map((count, h): [string, [number, number]] => [
      String(h + 1),
      [this.leadSums[0]![h]! / count, this.leadSums[1]![h]! / count],
    ])
    return {
      ...{ mse, mae, mase, crps },
      targets: this.targets,
      unpaired: this.unpaired,
      blocks: this.blocks.filter(({ counts }) => counts[0]! > 0).length,
      coverage: Object.fromEntries(
        BANDS.map((band, b) => [
          String(band),
          [this.covered[b]![0] / this.targets, this.covered[b]![1] / this.targets],
        ]),
      ),
      byLead: Object.fromEntries(byLead),
    }
  }

  private add(pair: readonly [Marks, Marks], lead: number, originMs: number): void {
    const { fromMs, toMs } = this.options
    const share = (originMs - fromMs) / (toMs - fromMs)
    const last = this.blocks.length - 1
    const block = this.blocks[Math.min(last, Math.max(0, Math.floor(share * this.blocks.length)))]!
    this.targets++
    for (let l = 0; l < LOSSES.length; l++) {
      // Only MASE can be without a value: before a season has passed there is nothing to scale by.
      if (Number.isNaN(pair[0][l]!) || Number.isNaN(pair[1][l]!)) continue
      for (const sums of [block, this.all]) {
        sums.counts[l]!++
        sums.sums[0][l]! += pair[0][l]!
        sums.sums[1][l]! += pair[1][l]!
      }
    }
    this.leadCounts[lead - 1]!++
    pair.forEach((marks, side) => {
      this.leadSums[side]![lead - 1]! += marks[1]!
      for (let b = 0; b < BANDS.length; b++) this.covered[b]![side]! += marks[LOSSES.length + b]!
    })
  }
}

function marksOf(outcome: ScoredOutcome, horizon: number): Marks {
  const { forecast, published, lead, value, unit, scale, meanError, medianError, crps } = outcome
  const marks = new Float64Array(LOSSES.length + BANDS.length)
  const absolute = Math.abs(medianError)
  marks[0] = meanError * meanError
  marks[1] = absolute
  marks[2] = scale > 0 ? (absolute * unit) / scale : Number.NaN
  marks[3] = crps
  published.bands.forEach((band, b) => {
    const low = forecast.quantiles[band.low * horizon + lead - 1]!
    const high = forecast.quantiles[band.high * horizon + lead - 1]!
    marks[LOSSES.length + b] = value >= low && value <= high ? 1 : 0
  })
  return marks
}
