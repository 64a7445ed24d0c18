import type { SampleEncoder } from '#shared/encoding/sample-encoder'
import type { Season } from '#shared/series/season'
import type { Expert, ExpertView } from './expert.js'
import type { FrozenScale } from './frozen-scale.js'

const PROFILED_LAGS = [1, 2, 3, 5, 8, 11]
const VALUE_LAGS = [2, 4, 8, 14, 18, 23]
const INCREMENT_LEADS = [1, 3, 6, 12, 24]
/** Block means of the values before the lags start here. */
const BLOCKS_FROM = 24

/**
 * Direct multi-lead autoregression by recursive least squares, over the day-and-week profile as its anchor.
 *
 * With y in units of the frozen scale, q the seasonal deviation and z = y − q, the forecast of lead h is
 * y[t] − q[t] + q[t+h] + w[h]·x[t]; x holds lags of z and y, means of older blocks, slow levels, and what the profile
 * expects to change. The regression itself lies in the series' arena; here are its rows and what its output means.
 */
export class Autoregression implements Expert {
  readonly name = 'autoregression'
  readonly readyAfter: number
  /** F */
  readonly features: number
  private readonly block: number
  private readonly blocks: readonly number[]

  constructor(
    private readonly encoder: SampleEncoder,
    private readonly scale: FrozenScale,
    season: Season,
    private readonly horizon: number,
  ) {
    this.readyAfter = season.main
    this.block = blockLength(season)
    this.blocks = blockStarts(season)
    this.features =
      PROFILED_LAGS.length + 2 + VALUE_LAGS.length + this.blocks.length + 4 + INCREMENT_LEADS.length
  }

  forecast({ numbers, regressed, leadsAt }: ExpertView, out: Float64Array, at: number): void {
    const center = this.scale.center(numbers)
    const unit = this.scale.unit(numbers)
    for (let h = 0; h < this.horizon; h++) out[at + h] = center + unit * regressed[leadsAt + h]
  }

  /** Write the row of a sample, F features from `at` on. */
  writeRow(numbers: Float64Array, index: number, value: number, row: Float32Array, at: number): void {
    const { history, profile, scale } = this.encoder
    const center = this.scale.center(numbers)
    const unit = this.scale.unit(numbers)
    const week = profile.weekWeight(numbers)
    const now = profile.deviationBy(numbers, index, week)
    const level = value - now
    let f = at
    for (const lag of PROFILED_LAGS) {
      const past = history.get(numbers, index - lag) - profile.deviationBy(numbers, index - lag, week)
      row[f++] = (past - level) / unit
    }
    row[f++] = (level - center) / unit
    row[f++] = now / unit
    for (const lag of VALUE_LAGS) row[f++] = (history.get(numbers, index - lag) - value) / unit
    for (const from of this.blocks) {
      row[f++] = (history.sumBack(numbers, index - from, this.block) / this.block - value) / unit
    }
    row[f++] = (value - center) / unit
    row[f++] = (scale.mean(numbers) - value) / unit
    row[f++] = (profile.level(numbers) - value) / unit
    row[f++] = 1
    for (const lead of INCREMENT_LEADS)
      row[f++] = (profile.deviationBy(numbers, index + lead, week) - now) / unit
  }
}

function blockLength({ main }: Season): number {
  return Math.max(1, Math.floor(main / 6))
}

function blockStarts(season: Season): readonly number[] {
  const starts: number[] = []
  const length = blockLength(season)
  for (let from = BLOCKS_FROM; from < Math.max(season.main, 30); from += length) starts.push(from)
  return starts
}
