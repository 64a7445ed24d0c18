import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { PlatformStatus } from '#shared/telemetry/platform-status'
import { madeUpGradients } from '../unit/services/gateway/made-up-gradients.js'
import { CHROMIUM_FLAGS, findChromium } from './find-chromium.js'
import { type LivePage, livePage, madeUpSeries, statusOf } from './live-page.js'

const executablePath = findChromium()
if (executablePath === null) {
  process.stderr.write(
    '\n*** SKIPPED: no Chromium. Install one, or say where it is with CHROMIUM=/path. ***\n\n',
  )
}

const NAMES = ['ATL', 'BOS', '<b>x</b>']

describe.skipIf(executablePath === null)('the panel of gradients', () => {
  let browser: Browser
  let live: LivePage
  let servingVersion = 0
  const pages: Page[] = []
  const faults: string[] = []

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_FLAGS })
    const status = (): PlatformStatus => ({
      pipelines: statusOf(['flights']).pipelines.map((each) => ({ ...each, servingVersion })),
      logAway: null,
    })
    live = await livePage({ pipelines: ['flights'], status })
    await live.publishWeights('flights', 1, madeUpGradients(NAMES, 0.5))
    await live.publishWeights('flights', 2, madeUpGradients(NAMES, 1.2))
    const series = NAMES.map((name, index) => madeUpSeries(name, index + 1))
    for (let hour = 0; hour < 30; hour += 1) await live.publish(...series.map((each) => each(hour)))
  })
  afterAll(async () => {
    await browser?.close()
    await live?.close()
  })
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()))
    expect(faults.splice(0)).toEqual([])
  })

  async function open(hash: string, width = 1280): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 860 }, colorScheme: 'light' })
    const page = await context.newPage()
    pages.push(page)
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text())
    })
    await page.goto(`${live.url}/${hash}`)
    return page
  }
  const says = (page: Page) => page.locator('#flow-says').textContent()
  const reads = (page: Page) => page.locator('#flow-readout').textContent()

  test('waits for the first training, and draws each version as it begins to serve', async () => {
    servingVersion = 0
    const page = await open('#flights/BOS')
    await expect.poll(() => says(page)).toContain('after the first training')
    expect(await page.locator('#flow-figure').isVisible()).toBe(false)
    servingVersion = 1
    await page.waitForSelector('#flow-map[data-cells="96"]')
    // By hand: 0.5 within 6 %, so that a hundredth is reached after six to eight steps.
    expect(await says(page)).toMatch(
      /^A reading still counts for about [678] steps \([678] h\); nothing explodes\.$/,
    )
    servingVersion = 2
    await expect.poll(() => says(page)).toContain('In every series the gradient grows')
    expect(await page.locator('#flow-about').textContent()).toContain('weights v2 · × 1.2 per step back')
  })

  test('has a row for each series with the chosen one first, and names as text', async () => {
    servingVersion = 1
    const page = await open('#flights/BOS')
    await page.waitForSelector('#flow-map[data-cells="96"]')
    expect(await page.locator('#flow-names li').allTextContents()).toEqual(['BOS', 'ATL', '<b>x</b>'])
    expect(await page.locator('#flow-names .chosen-row').textContent()).toBe('BOS')
    await page.locator('#flow-figure summary').click()
    expect(await page.locator('#flow-numbers tbody th').allTextContents()).toEqual(['BOS', 'ATL', '<b>x</b>'])
    expect(await page.locator('#flow-numbers thead th').allTextContents()).toEqual([
      'series',
      ...[0, 1, 2, 4, 8, 16, 31].map((lag) => `lag ${lag}`),
    ])
  })

  test('tells the value of a cell to the keyboard and to the pointer', async () => {
    servingVersion = 1
    const page = await open('#flights/BOS')
    await page.waitForSelector('#flow-map[data-cells="96"]')
    expect(await reads(page)).toContain('Point at a cell')
    await page.locator('#flow-map').focus()
    await page.keyboard.press('ArrowRight')
    expect(await reads(page)).toMatch(/^BOS, at the origin itself: 0\.\d+$/)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('End')
    expect(await reads(page)).toMatch(/^ATL, 31 steps \(31 h\) back: .* less than 0\.1 % of lag 0$/)
    await page.keyboard.press('Escape')
    expect(await reads(page)).toContain('Point at a cell')
    const box = (await page.locator('#flow-map').boundingBox())!
    // By hand: the middle of the fifth of 32 columns in the last of three rows.
    await page
      .locator('#flow-map')
      .hover({ position: { x: (4.5 / 32) * box.width, y: (2.5 / 3) * box.height } })
    expect(await reads(page)).toMatch(/^<b>x<\/b>, 4 steps \(4 h\) back: /)
  })

  test('is darkest where the gradient is largest, and its rows stand beside their names', async () => {
    servingVersion = 1
    const page = await open('#flights/BOS', 390)
    await page.waitForSelector('#flow-map[data-cells="96"]')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    const fills = await page
      .locator('#flow-map path')
      .evaluateAll((paths) => paths.map((path) => [getComputedStyle(path).fill, path.getAttribute('d')]))
    // The style sheet's --heat-0 and --heat-8; lag 0 of every series is at least half of the largest norm's power of ten.
    expect(fills[0]![0]).toBe('rgb(255, 255, 217)')
    expect(fills[8]![0]).toBe('rgb(8, 29, 88)')
    expect(fills[8]![1]).toContain('M0 ')
    expect(fills[0]![1]).toContain('M31 ')
    const names = (await page.locator('#flow-names li').first().boundingBox())!
    const last = (await page.locator('#flow-names li').last().boundingBox())!
    const map = (await page.locator('#flow-map svg').boundingBox())!
    expect(Math.abs(map.y - names.y)).toBeLessThan(2)
    expect(Math.abs(map.y + map.height - last.y - last.height)).toBeLessThan(2)
  })
})
