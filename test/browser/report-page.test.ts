import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ReportRecorder, reportData } from '#services/backtester/report/report-recorder'
import { writeReport } from '#services/backtester/report/write-report'
import { runBacktest } from '#services/backtester/run-backtest'
import { runComparison } from '#services/backtester/run-comparison'
import { feedOfTable } from '#shared/feed/table-feed'
import { smallSettings } from '../pipeline/pipeline-driver.js'
import { dayWithNoise } from '../unit/services/backtester/made-up-feeds.js'
import { VirtualClock } from '../unit/services/feeder/virtual-clock.js'
import { noise } from '../unit/shared/pipeline/line-driver.js'
import { CHROMIUM_FLAGS, findChromium } from './find-chromium.js'

const executablePath = findChromium()
const NAMES = ['</script><b>x', '<img src=x onerror="document.title=\'owned\'">', '100 % 🌊']
const HOUR = 3_600_000
const STEPS = 700

function feed(values = dayWithNoise, steps = STEPS) {
  const count = NAMES.length * steps
  return feedOfTable('made up', {
    series: NAMES,
    channels: [],
    timesMs: Float64Array.from(
      { length: count },
      (_, i) => Date.UTC(2026, 0, 5) + Math.floor(i / 3) * 6 * HOUR,
    ),
    seriesOf: Uint32Array.from({ length: count }, (_, i) => i % 3),
    values: Float64Array.from({ length: count }, (_, i) => values(i % 3, Math.floor(i / 3))),
  })
}

describe.skipIf(executablePath === null)('the report of a backtest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'foretide-report-'))
  const one = join(folder, 'one.html')
  const two = join(folder, 'two.html')
  const still = join(folder, 'still.html')
  const counts = join(folder, 'counts.html')
  const rare = join(folder, 'rare.html')
  const scaled = join(folder, 'scaled.html')
  const nothing = join(folder, 'nothing.html')
  let browser: Browser
  let mase = Number.NaN

  beforeAll(async () => {
    const { buildReportPage } = (await import(
      fileURLToPath(new URL('../../bin/build-page.mjs', import.meta.url))
    )) as { buildReportPage: (folder: string) => Promise<void> }
    await buildReportPage(folder)
    const around = { clock: new VirtualClock(0), signal: new AbortController().signal }
    const recorders: ReportRecorder[] = []
    const observe = (name: string) => (about: ReportRecorder['about']) => {
      const recorder = new ReportRecorder({ name, fansAtMs: [] }, about)
      recorders.push(recorder)
      return recorder
    }
    const report = await runBacktest({
      ...{ feed: feed(), settings: smallSettings({ learn: true }), observe: observe('a'), ...around },
    })
    mase = report.mase
    await writeReport(one, reportData([{ recorder: recorders[0]!, report }], null), folder)
    const constant = { feed: feed(() => 7), settings: smallSettings(), observe: observe('c'), ...around }
    const unmoved = await runBacktest(constant)
    await writeReport(still, reportData([{ recorder: recorders.pop()!, report: unmoved }], null), folder)
    const few = { feed: feed((series, t) => Number(noise(series, t) > 0.7)), settings: smallSettings() }
    const counted = await runBacktest({ ...few, observe: observe('counts'), ...around })
    const ofCounts = reportData([{ recorder: recorders.pop()!, report: counted }], null)
    await writeReport(counts, ofCounts, folder)
    // As where half of the outcomes lie below the lowest quantile, that of 2.5 %.
    const [run] = ofCounts.runs
    const low = { ...run!, calibration: { ...run!.calibration, pit: [0.5, 0.5, 0, 0, 0, 0, 0, 0] } }
    await writeReport(rare, { ...ofCounts, runs: [low] }, folder)
    const standardised = { ...run!, report: { ...run!.report, standardised: true } }
    await writeReport(scaled, { ...ofCounts, runs: [standardised] }, folder)
    const first = { feed: feed(dayWithNoise, 1), settings: smallSettings(), observe: observe('d'), ...around }
    const unscored = await runBacktest(first)
    await writeReport(nothing, reportData([{ recorder: recorders.pop()!, report: unscored }], null), folder)
    const settings = [smallSettings(), smallSettings({ season: 1 })] as const
    const both = [observe('a.yaml'), observe('b.yaml')] as const
    const { reports, paired } = await runComparison({ feed: feed(), settings, observe: both, ...around })
    const runs = reports.map((each, side) => ({ report: each, recorder: recorders[1 + side]! }))
    await writeReport(two, reportData(runs, paired), folder)
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_FLAGS })
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  /** Opens a page from the disk; nothing may be asked for, and nothing may go wrong. */
  async function open(file: string, look: { width?: number; theme?: 'light' | 'dark' } = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: look.width ?? 1280, height: 860 },
      colorScheme: look.theme ?? 'light',
      offline: true,
    })
    const page = await context.newPage()
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => faults.push(message.text()))
    page.on('request', (request) => {
      if (request.url() !== pathToFileURL(file).href && !request.url().startsWith('data:'))
        faults.push(request.url())
    })
    await page.goto(pathToFileURL(file).href)
    await page.waitForLoadState('load')
    expect(faults).toEqual([])
    expect(await page.locator('body').getAttribute('data-drawn')).toBe('yes')
    return page
  }

  test('draws everything from one file, without the network, and whatever series are called', async () => {
    const page = await open(one)
    expect(await page.title()).toBe('made up · Foretide backtest')
    expect(await page.locator('#figures .figure').first().textContent()).toBe(mase.toFixed(3))
    expect(await page.locator('#fan-series option').allTextContents()).toEqual(expect.arrayContaining(NAMES))
    expect(await page.locator('.fans .chart').getAttribute('data-leads')).toBe('6')
    // Foretide, persistence, seasonal and autoregression; there is no week in four cells a day.
    expect(Number(await page.locator('#leads').getAttribute('data-lines'))).toBeGreaterThanOrEqual(3)
    expect(await page.locator('#calibration svg').count()).toBe(4)
    expect(await page.locator('#timelines canvas').count()).toBe(3)
    expect(await page.locator('#worst tbody tr').count()).toBe(3)
    expect(await page.locator('#timelines summary').textContent()).toMatch(
      /^[1-9]\d* trainings?, \d+ promotions?, \d+ drift alarms?; v\d+ made the last forecast(, after which v\d+ was promoted)?$/,
    )
    // No address of the network stands in it but that of the SVG vocabulary.
    const addresses = readFileSync(one, 'utf8').match(/https?:\/\/[\w.]+/g) ?? []
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org']))
    await page.context().close()
  })

  test('says of series that never move why there is no skill and no MASE', async () => {
    const page = await open(still)
    expect(await page.locator('#verdict').textContent()).toBe(
      'no skill: the seasonal naive of a week never errs',
    )
    expect(await page.locator('#timelines').textContent()).toContain(
      'or nothing changes from one to the next',
    )
    const calibration = page.locator('#calibration')
    expect(await calibration.locator('p').textContent()).toMatch(/^Every outcome was just what was forecast/)
    expect(await calibration.locator('figcaption').first().textContent()).toContain('at most 0.0 points off')
    // The axis of errors that are all zero has a scale all the same: something is drawn left of the plot.
    const labelled = await page.locator('#leads canvas').evaluate((canvas) => {
      const { height } = canvas as HTMLCanvasElement
      const margin = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, 50, height)
      return margin.data.some((channel) => channel > 0)
    })
    expect(labelled).toBe(true)
    await page.locator('#measures label', { hasText: 'MASE' }).click()
    expect(await page.locator('#leads-about').textContent()).toMatch(/^MASE is not known: /)
    await page.context().close()
  })

  test('labels the PIT histogram as high as its bars are, and says how high one is that is cut', async () => {
    const histogram = async (file: string) => {
      const page = await open(file)
      const figure = page.locator('#calibration figure', { hasText: 'PIT histogram' })
      const box = async (part: string) => (await figure.locator(part).first().boundingBox())!
      const tops = await figure
        .locator('.bar')
        .evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().top))
      const labels = await figure.locator('text').allTextContents()
      const found = { labels, highest: Math.min(...tops), frame: (await box('.frame')).y }
      await page.context().close()
      return found
    }
    const full = await histogram(counts)
    const numbers = full.labels.filter((label) => !label.includes('%')).map(Number)
    expect(Math.max(...numbers), 'more than 2, which is what was labelled at most').toBeGreaterThan(2)
    expect(full.highest).toBeGreaterThanOrEqual(full.frame)
    const cut = await histogram(rare)
    expect(cut.labels).toContain('← 20 high')
    expect(cut.labels).toContain('10')
    expect(cut.highest).toBeGreaterThanOrEqual(cut.frame - 0.5)
  })

  test('says that errors are standardised, where they are', async () => {
    const words = 'in standard deviations of each series'
    const page = await open(scaled)
    expect(await page.locator('#about').textContent()).toContain(words)
    expect(await page.locator('#leads-about').textContent()).toContain(words)
    expect(await page.locator('.fan-says').textContent()).toMatch(
      /mean absolute error \S+ in the values' unit\.$/,
    )
    await page.locator('#measures label', { hasText: 'MASE' }).click()
    expect(await page.locator('#leads-about').textContent()).not.toContain(words)
    await page.context().close()
    const plain = await open(counts)
    expect(await plain.locator('#about').textContent()).not.toContain(words)
    await plain.context().close()
  })

  test('draws no errors of nothing', async () => {
    const page = await open(nothing)
    expect(await page.locator('#verdict').textContent()).toBe('nothing was scored')
    expect(await page.locator('main').textContent()).toMatch(
      /was followed by a reading of its series within 6 leads/,
    )
    expect(await page.locator('main svg, main canvas, main table').count()).toBe(0)
    await page.click('#theme')
    await page.context().close()
  })

  test('shows the series and the origin that are picked, and says how that went', async () => {
    const page = await open(one)
    const chart = page.locator('.fans .chart')
    const before = await chart.getAttribute('data-origin-time')
    await page.click('#fan-after')
    const after = Number(await chart.getAttribute('data-origin-time'))
    expect(after).toBeGreaterThan(Number(before))
    await page.locator('#worst button').last().click()
    expect(await page.locator('#fan-series').inputValue()).toBe('2')
    expect(Number(await chart.getAttribute('data-origin-time'))).toBe(after)
    expect(await page.locator('.fan-says').textContent()).toMatch(/^Weights v\d+\. Of 6 outcomes \d+ % in/)
    await page.context().close()
  })

  test('sets two configurations side by side, with their paired test', async () => {
    const page = await open(two)
    expect(await page.locator('.fans .chart').count()).toBe(2)
    const rows = await page.locator('#paired-table tbody tr').allTextContents()
    expect(rows[0]).toMatch(/^MAE[\d.]+−[\d.]+−[\d.]+ to −[\d.]+$/)
    expect(rows.at(-1)).toMatch(/^inside 95 %[\d.]+ %[\d.]+ %−?\d+\.\d points$/)
    expect(await page.locator('#calibration svg').count()).toBe(8)
    await page.context().close()
  })

  for (const theme of ['light', 'dark'] as const) {
    test(`fits on a phone, ${theme}`, async () => {
      const page = await open(two, { width: 390, theme })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
      const tables = await page
        .locator('table.numbers')
        .evaluateAll((all) => all.map((table) => table.scrollWidth - table.parentElement!.clientWidth))
      expect(tables.length).toBeGreaterThan(2)
      expect(Math.max(...tables), 'no column of a table is cut off').toBe(0)
      const [r, g, b] = (await page.evaluate(() => getComputedStyle(document.body).backgroundColor))
        .match(/\d+/g)!
        .map(Number)
      expect((r! + g! + b!) / 3 > 128).toBe(theme === 'light')
      await page.context().close()
    })
  }
})
