import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CalibrationReport, measureCalibration } from '#services/benchmarks/measure-calibration'
import { openFeed } from '#shared/feed/open-feed'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { smallSettings } from '../pipeline/pipeline-driver.js'
import { HOUR, LineDriver } from '../unit/shared/pipeline/line-driver.js'

// Bars from the issue on forecasts worth trusting; a prototype of the bands: model findings 2, section 7.

const NOMINAL = [0.5, 0.8, 0.95]
const data = process.env.FORETIDE_DATA ?? '../shared/data'

const percent = (share: number) => (100 * share).toFixed(1)

function claims(source: string, settings: { readonly cadenceMs: number; readonly season: number }): void {
  let report: CalibrationReport
  beforeAll(async () => {
    const line = smallSettings({ ...settings, gapMax: settings.season, horizon: 48, hidden: 32 })
    report = await measureCalibration(await openFeed(source), line)
  }, 10 * 60_000)

  it('covers 50, 80 and 95 % within 1.5 points, over all series and leads of the last half', async ({
    annotate,
  }) => {
    await annotate(report.coverage.map(percent).join(' · '))
    report.coverage.forEach((share, band) => {
      expect(Math.abs(share - NOMINAL[band]!), `${NOMINAL[band]}: ${share}`).toBeLessThanOrEqual(0.015)
    })
  })

  it('covers 80 % in every hour of the day: 73 at least, 87 at most where no single value has half of the mass', async ({
    annotate,
  }) => {
    const free = report.byHour.filter(({ commonest }) => commonest <= 0.5).map(({ coverage }) => coverage[1]!)
    const least = Math.min(...report.byHour.map(({ coverage }) => coverage[1]!))
    await annotate(`${percent(least)} to ${percent(Math.max(...free))}`)
    report.byHour.forEach(({ coverage, commonest }, hour) => {
      expect(coverage[1], `hour ${hour}`).toBeGreaterThanOrEqual(0.73)
      if (commonest <= 0.5) expect(coverage[1], `hour ${hour}`).toBeLessThanOrEqual(0.87)
    })
  })
}

describe('the bands of flights', () => {
  claims('demo:flights', { cadenceMs: HOUR, season: 24 })
})

describe.each([
  ['ETTh1.csv', HOUR, 24],
  ['ETTm2.csv', HOUR / 4, 96],
] as const)('the bands of %s', (file, cadenceMs, season) => {
  const path = join(data, file)
  if (existsSync(path)) claims(path, { cadenceMs, season })
  else
    it.skip(`is not tested: there is no ${path}; say where the data are with FORETIDE_DATA`, () => undefined)
})

describe('the bands of noise that doubles', () => {
  it('cover 80 % within 5 points again after 150 origins of an hour', async ({ annotate }) => {
    // Independent of the line: thirty series of a day and normal noise, twice as wide from row 1,500 on.
    const SERIES = 30
    const ROWS = 1900
    const random = new SeededRandom(17)
    const normal = () =>
      Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
    const driver = new LineDriver({ cadenceMs: HOUR, season: 24, gapMax: 24, horizon: 24, hidden: 8 })
    const covered = [0, 0]
    const outcomes = [0, 0]
    for (let s = 0; s < SERIES; s++) {
      const values = Array.from(
        { length: ROWS },
        (_, i) => 10 * Math.sin((2 * Math.PI * i) / 24) + (i < 1500 ? 1 : 2) * normal(),
      )
      const forecasts = driver.readAll(`s${s}`, values)
      for (let origin = 1500; origin < ROWS - 24; origin++) {
        const { quantiles } = forecasts[origin - 1]!
        const late = origin >= 1650 ? 1 : 0
        if (!late && origin >= 1524) continue
        for (const lead of [1, 6, 12, 24]) {
          const value = values[origin + lead]!
          outcomes[late]!++
          if (value >= quantiles[24 + lead - 1]! && value <= quantiles[5 * 24 + lead - 1]!) covered[late]!++
        }
      }
    }
    const [before, after] = covered.map((count, i) => count / outcomes[i]!)
    await annotate(`${percent(before!)} on the first day, ${percent(after!)} after 150 origins`)
    // The first day after the change shows that there was something to learn.
    expect(before).toBeLessThan(0.7)
    expect(Math.abs(after! - 0.8), String(after)).toBeLessThanOrEqual(0.05)
  })
})
