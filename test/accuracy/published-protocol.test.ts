import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openFeed } from '#shared/feed/open-feed'
import type { Forecast } from '#shared/forecast/forecast'
import { LEVELS } from '#shared/forecast/quantile-levels'
import { BacktestScorer } from '#shared/scoring/backtest-scorer'
import { resolveProtocol } from '#shared/scoring/test-protocol'
import { seasonOf } from '#shared/series/season'

// ETTh1 under the leak-free protocol of DSOF (ICLR 2025): learn and scale on rows 0 to 2880, test on 3600 to 14400.

const file = join(process.env.FORETIDE_DATA ?? '../shared/data', 'ETTh1.csv')
const HOUR = 3_600_000
const H = 48
const WINDOWS = [1, 24, 48]
const ROWS = { testFrom: 3600, testTo: 14_400, standardiseOn: { from: 0, to: 2880 }, windows: WINDOWS }

/** As the definition has it, from the text of the file, with nothing of Foretide's. */
function persistenceByHand(): Record<number, { mse: number; mae: number }> {
  const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1)
  const table = rows.map((row) => row.trim().split(',').slice(1).map(Number))
  const channels = table[0].map((_, c) => table.map((row) => row[c]))
  const found: Record<number, { mse: number; mae: number }> = {}
  for (const leads of WINDOWS) {
    let squared = 0
    let absolute = 0
    let count = 0
    for (const values of channels) {
      const train = values.slice(0, 2880)
      const mean = train.reduce((sum, y) => sum + y, 0) / 2880
      const unit = Math.sqrt(train.reduce((sum, y) => sum + (y - mean) ** 2, 0) / 2880)
      for (let first = 3600; first + leads <= 14_400; first++) {
        for (let k = 0; k < leads; k++) {
          const error = (values[first + k] - values[first - 1]) / unit
          squared += error * error
          absolute += Math.abs(error)
          count++
        }
      }
    }
    found[leads] = { mse: squared / count, mae: absolute / count }
  }
  return found
}

describe('the protocol of the published ETTh1 figures', () => {
  if (!existsSync(file)) {
    it.skip(`is not run: there is no ${file}; say where the data are with FORETIDE_DATA`, () => undefined)
    return
  }
  it('gives persistence the figures of a plain loop, and those that are published, to the last digit', async () => {
    const feed = await openFeed(file)
    const protocol = await resolveProtocol(feed, ROWS, H, HOUR)
    const options = {
      horizon: H,
      cadenceMs: HOUR,
      season: seasonOf(24, HOUR),
      expertNames: [],
      scoredFromMs: 0,
    }
    const scorer = new BacktestScorer({ ...options, protocol })
    const silent = { yhat: new Float64Array(H), quantiles: new Float64Array(H * LEVELS.length) }
    const rest = {
      offset: 0,
      timestampMs: 0,
      shares: new Float64Array(0),
      coverage: new Float64Array(0),
      skill: new Float64Array(0),
      anomaly: 0,
    }
    for await (const { series, timeMs, value } of feed.readings()) {
      const origin = { series, originTimeMs: timeMs, value, experts: null, weightsVersion: 0, flags: [] }
      scorer.take({ ...rest, ...silent, ...origin, phase: 'live' } satisfies Forecast)
    }
    const { windows } = scorer.result()
    const expected = persistenceByHand()
    for (const leads of WINDOWS) {
      const { mse, mae } = windows![leads].experts.persistence
      expect(mse).toBeCloseTo(expected[leads].mse, 10)
      expect(mae).toBeCloseTo(expected[leads].mae, 10)
    }
    // Model findings, section 3, from a prototype in another language.
    const printed = WINDOWS.map((leads) => windows![leads].experts.persistence.mse)
    expect(printed[0].toFixed(4)).toBe('0.3632')
    expect(printed[1].toFixed(3)).toBe('2.796')
    expect(printed[2].toFixed(3)).toBe('2.932')
    // Another language, another reader of the file, and exact sums.
    const script = fileURLToPath(new URL('../reference/etth1/persistence.py', import.meta.url))
    const asked = ['3600', '14400', '0', '2880', ...WINDOWS.map(String)]
    const output = execFileSync('python3', [script, file, ...asked], { encoding: 'utf8' })
    const independent = JSON.parse(output) as Record<string, Record<string, { mse: number; mae: number }>>
    for (const leads of WINDOWS) {
      for (const name of ['persistence', 'seasonal-week']) {
        const { mse, mae } = windows![leads].experts[name]
        const other = independent[leads][name]
        // More digits than any table prints; what is left is the order of adding up.
        expect([mse.toPrecision(11), mae.toPrecision(11)]).toEqual([
          other.mse.toPrecision(11),
          other.mae.toPrecision(11),
        ])
      }
    }
    expect(windows![1].targets).toBe(7 * 10_800)
    expect(windows![48].targets).toBe(7 * 10_753 * 48)
  }, 600_000)
})
