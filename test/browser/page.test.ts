import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { pipelineTopics } from '#shared/contracts/topics'
import { HOUR_MS } from '../unit/services/gateway/made-up-forecasts.js'
import { scoreRecord } from '../unit/services/gateway/made-up-scores.js'
import { CHROMIUM_FLAGS, findChromium } from './find-chromium.js'
import { type LivePage, livePage, madeUpSeries, START_MS, statusOf } from './live-page.js'

const executablePath = findChromium()
if (executablePath === null) {
  process.stderr.write(
    '\n*** SKIPPED: no Chromium. Install one, or say where it is with CHROMIUM=/path. ***\n\n',
  )
}

const HOSTILE = ['<img src=x onerror="document.title=\'owned\'">', 'a/b c', '100 % 🌊', '</script><b>x']
const HOURS = 60

describe.skipIf(executablePath === null)('the live page', () => {
  let browser: Browser
  let live: LivePage
  let hour = HOURS
  const flights = ['ATL', 'BOS', ...HOSTILE].map((name, index) => madeUpSeries(name, index + 1))
  const weather = madeUpSeries('ATL', 77, { pipeline: 'weather', skill: [-0.1, -0.2, -0.3] })
  const pages: { page: Page; faults: string[] }[] = []

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: CHROMIUM_FLAGS })
    live = await livePage({ pipelines: ['flights', 'weather'] })
    const hours = Array.from({ length: HOURS }, (_, each) => each)
    await live.publish(...hours.flatMap((each) => [...flights, weather].map((series) => series(each))))
  })
  afterAll(async () => {
    await browser?.close()
    await live?.close()
  })
  afterEach(async () => {
    const faults = pages.flatMap((each) => each.faults)
    await Promise.all(pages.splice(0).map(({ page }) => page.context().close()))
    expect(faults).toEqual([])
  })

  async function open(
    hash: string,
    look: { width?: number; theme?: 'light' | 'dark'; url?: string } = {},
  ): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: look.width ?? 1280, height: 860 },
      colorScheme: look.theme ?? 'light',
    })
    const page = await context.newPage()
    const faults: string[] = []
    pages.push({ page, faults })
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text())
    })
    await page.goto(`${look.url ?? live.url}/${hash}`)
    return page
  }
  const chartSays = (page: Page, what: string) => page.locator('#chart').getAttribute(`data-${what}`)
  const drawn = (page: Page) => page.waitForSelector('#chart[data-leads="24"] canvas')
  const nextHour = async () => {
    await live.publish(...flights.map((series) => series(hour)))
    hour += 1
  }

  /** How many pixels of the chart have each colour, commonest first, as [red, green, blue, count]. */
  const coloursOf = (page: Page) =>
    page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('#chart canvas')!
      // Read from a copy: reading back would slow the chart's own canvas, and the browser warns of it.
      const copy = document.createElement('canvas')
      copy.width = canvas.width
      copy.height = canvas.height
      const context = copy.getContext('2d', { willReadFrequently: true })!
      context.fillStyle = getComputedStyle(canvas.closest('#chart')!).backgroundColor
      context.fillRect(0, 0, copy.width, copy.height)
      context.drawImage(canvas, 0, 0)
      const { data } = context.getImageData(0, 0, copy.width, copy.height)
      const counts = new Map<string, number>()
      for (let at = 0; at < data.length; at += 4) {
        const colour = `${data[at]},${data[at + 1]},${data[at + 2]}`
        counts.set(colour, (counts.get(colour) ?? 0) + 1)
      }
      return [...counts]
        .map(([colour, count]) => [...colour.split(',').map(Number), count])
        .sort((x, y) => y[3]! - x[3]!)
    })
  const pixelsNear = async (page: Page, wanted: readonly number[]) => {
    const colours = await coloursOf(page)
    return colours
      .filter((colour) => wanted.reduce((off, part, index) => off + Math.abs(part - colour[index]!), 0) < 24)
      .reduce((sum, colour) => sum + colour[3]!, 0)
  }

  test('lists the series of every pipeline with spark line and skill in words', async () => {
    const page = await open('')
    await page.waitForSelector('a.row')
    expect(await page.locator('a.row').count()).toBe(flights.length + 1)
    expect(await page.locator('.list h2').allTextContents()).toEqual(['flights6 series', 'weather1 series'])
    const worse = page.locator('section:has(h2:text("weather")) a.row')
    expect(await worse.locator('.row-skill').textContent()).toBe('▼20 % worse than seasonal naive')
    const points = await page.locator('a.row polyline').first().getAttribute('points')
    expect(points!.split(' ')).toHaveLength(40)
  })

  test('begins with the first series, and a link opens the one it names', async () => {
    const page = await open('')
    await drawn(page)
    expect(new URL(page.url()).hash).toMatch(/^#flights\//)
    const linked = await open('#weather/ATL')
    await drawn(linked)
    expect(await linked.locator('#series-about').textContent()).toMatch(
      /^weather · one value every hour · 24 leads/,
    )
    expect(await linked.locator('a.row[aria-current]').getAttribute('href')).toBe('#weather/ATL')
  })

  test('draws history, median and the three bands ahead', async () => {
    const page = await open('#flights/ATL')
    await drawn(page)
    expect(await chartSays(page, 'actuals')).toBe('49')
    // The style sheet's --ink and --forecast.
    await expect.poll(() => pixelsNear(page, [0x14, 0x22, 0x2e])).toBeGreaterThan(200)
    expect(await pixelsNear(page, [0x1a, 0x66, 0xa8])).toBeGreaterThan(200)
    // By hand: over white, the bands' colours have 23, 47 and 76 more blue than red, the tint of the future 6.
    const blues = (await coloursOf(page)).filter(
      ([red, , blue, count]) => blue! - red! > 12 && count! > 2_000,
    )
    expect(blues.length).toBe(3)
    expect(await page.locator('#next').textContent()).toMatch(/^Expected .* UTC[\d.]+80 % between/)
    const shares = await page.locator('#experts b').allTextContents()
    expect(shares).toEqual(['41 %', '37 %', '14 %', '8 %'])
    expect(await page.locator('#scores tbody tr').count()).toBe(3)
    await page.getByLabel('all').check({ force: true })
    await expect.poll(() => chartSays(page, 'actuals')).toBe(String(hour))
  })

  test('marks each decision on weights, and tells bias and drift by lead', async () => {
    const { weights, scores } = pipelineTopics('foretide', 'flights')
    // Made-up versions change every 120 hours; those shown so far are all of version 1.
    const decided = (schema: string, version: number, at: number) => ({
      ...{ partition: 0, key: Buffer.from(`${schema}:${version}`), headers: [], timestamp: 0 },
      value: Buffer.from(
        JSON.stringify({
          schema,
          version,
          time: new Date(START_MS + at * HOUR_MS).toISOString(),
          evidence: {},
        }),
      ),
    })
    await live.log.append(weights, [decided('foretide.rejection/1', 7, HOURS - 10)])
    const at = { series: 'ATL', leads: [1, 12, 24], median: [10, 10, 10], halfWidth: [8, 8, 8] }
    await live.log.append(scores, [scoreRecord({ ...at, value: 14 }), scoreRecord({ ...at, value: 14 })])
    const page = await open('#flights/ATL')
    await drawn(page)
    await expect.poll(() => chartSays(page, 'decisions'), { timeout: 20_000 }).toBe('v7 rejected')
    const rows = page.locator('#drift tbody tr')
    await expect
      .poll(() => rows.first().textContent(), { timeout: 20_000 })
      .toBe('1 htoo low by 0.50too few outcomes')
    expect(await rows.count()).toBe(3)
  })

  test('moves when a forecast arrives, and lets the values run into a band that it holds', async () => {
    const page = await open('#flights/ATL')
    await drawn(page)
    const before = await chartSays(page, 'origin-time')
    const pictured = () =>
      page.evaluate(() => document.querySelector<HTMLCanvasElement>('#chart canvas')!.toDataURL())
    const picture = await pictured()
    await nextHour()
    await nextHour()
    await expect.poll(() => chartSays(page, 'origin-time')).toBe(String(Number(before) + 2 * 3600))
    expect(await pictured()).not.toBe(picture)
    expect(await chartSays(page, 'held-leads')).toBe('24')
    await expect.poll(() => page.locator('#connection').textContent()).toBe('Live')
  })

  test('shows the strip of figures, says when the gateway is gone, and goes on when it is back', async () => {
    const first = await livePage({ pipelines: ['flights'], status: () => statusOf(['flights']) })
    await first.publish(...Array.from({ length: 5 }, (_, each) => flights[0]!(each)))
    const page = await open('#flights/ATL', { url: first.url })
    await page.waitForSelector('#figures .figure')
    const figures = await page.locator('#figures').textContent()
    for (const text of [
      '1,184 events/s',
      'lag 0 records',
      'v4',
      'challenger',
      '79.7 %',
      'MASE0.78',
      '43 % sent',
    ]) {
      expect(figures).toContain(text)
    }
    await expect.poll(() => chartSays(page, 'actuals')).toBe('5')
    await first.close()
    const connection = () => page.locator('#connection').textContent()
    await expect.poll(connection).toContain('Connection lost')
    const second = await livePage({ pipelines: ['flights'], port: Number(new URL(first.url).port) })
    await second.publish(...Array.from({ length: 9 }, (_, each) => flights[0]!(each)))
    await expect.poll(() => chartSays(page, 'actuals'), { timeout: 10_000 }).toBe('9')
    expect(await connection()).toBe('Live')
    // The browser itself reports the connections that it could not make; nothing else may have gone wrong.
    const { faults } = pages.at(-1)!
    expect(faults.filter((fault) => !fault.includes('ERR_'))).toEqual([])
    faults.length = 0
    await page.goto('about:blank')
    await second.close()
  })

  test('marks a series that its pipeline has gone on without, by the time of the events', async () => {
    const plant = await livePage({ pipelines: ['plant'] })
    const [boiler, pump] = ['boiler', 'pump'].map((name, index) =>
      madeUpSeries(name, 31 + index, { pipeline: 'plant' }),
    )
    await plant.publish(boiler!(0), pump!(0), boiler!(1), pump!(1), pump!(2), pump!(3))
    const page = await open('#plant/boiler', { url: plant.url })
    await drawn(page)
    const ofRow = (name: string) =>
      page.locator('a.row', { hasText: name }).locator('.row-skill').textContent()
    await expect.poll(() => ofRow('boiler')).toContain('seasonal naive')
    expect(await page.locator('#series-silent').isHidden()).toBe(true)
    await plant.publish(pump!(4), pump!(5), pump!(6))
    await expect.poll(() => ofRow('boiler')).toBe('○no reading for 5 h')
    expect(await ofRow('pump')).toContain('seasonal naive')
    await expect
      .poll(() => page.locator('#series-silent').textContent())
      .toBe('○ no reading for 5 h, while others of plant had some')
    await plant.publish(boiler!(6))
    await expect.poll(() => page.locator('#series-silent').isHidden()).toBe(true)
    expect(await ofRow('boiler')).toContain('seasonal naive')
    await page.goto('about:blank')
    await plant.close()
  })

  test('shows hostile series names as text', async () => {
    for (const name of HOSTILE) {
      const page = await open(`#flights/${encodeURIComponent(name)}`)
      await drawn(page)
      expect(await page.locator('#series-name').textContent()).toBe(name)
      expect(await page.locator('a.row[aria-current] bdi').textContent()).toBe(name)
      expect(await page.locator('main img, main b:text("x"), .list img').count()).toBe(0)
      expect(await page.title()).toBe(`${name} · Foretide`)
    }
  })

  test('searches, filters by pipeline, and is worked by keyboard', async () => {
    const page = await open('#flights/ATL')
    await drawn(page)
    await page.getByLabel('Search series').fill('bo')
    expect(await page.locator('a.row bdi').allTextContents()).toEqual(['BOS'])
    await page.getByLabel('Search series').fill('zzz')
    expect(await page.locator('#list-note').textContent()).toContain(
      'No series is called anything like “zzz”',
    )
    await page.getByLabel('Search series').fill('')
    await page.getByLabel('Pipeline', { exact: true }).selectOption('weather')
    expect(await page.locator('a.row').count()).toBe(1)
    await page.getByLabel('Pipeline', { exact: true }).selectOption('')
    await page.locator('a.row[href="#flights/ATL"]').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('#series-name').textContent()).toBe('BOS')
    await drawn(page)
    await page.locator('#chart').focus()
    await page.keyboard.press('ArrowRight')
    const tooltip = page.locator('.tooltip')
    expect(await tooltip.textContent()).toContain('lead1 step (1 h)')
    for (const band of ['50 % band', '80 % band', '95 % band'])
      expect(await tooltip.textContent()).toContain(band)
    await page.keyboard.press('Home')
    expect(await tooltip.textContent()).toContain('measured')
  })

  test('is dark where the system is, and switches by its button', async () => {
    const page = await open('#flights/ATL', { theme: 'dark' })
    await drawn(page)
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    expect(await background()).toBe('rgb(14, 21, 27)')
    // The style sheet's --ink in the dark.
    await expect.poll(() => pixelsNear(page, [0xe3, 0xea, 0xef])).toBeGreaterThan(200)
    await page.getByRole('button', { name: 'Switch to the light theme' }).click()
    expect(await background()).toBe('rgb(243, 245, 246)')
    await expect.poll(() => pixelsNear(page, [0x14, 0x22, 0x2e])).toBeGreaterThan(200)
    await page.reload()
    await drawn(page)
    expect(await background()).toBe('rgb(243, 245, 246)')
  })

  test('fits 390 pixels: nothing to scroll sideways, the list behind a button', async () => {
    const page = await open(`#flights/${encodeURIComponent(HOSTILE[0]!)}`, { width: 390 })
    await drawn(page)
    const widest = () => page.evaluate(() => document.documentElement.scrollWidth)
    expect(await widest()).toBe(390)
    expect(await page.locator('a.row').first().isVisible()).toBe(false)
    await page.locator('#open-list').click()
    expect(await widest()).toBe(390)
    await page.locator('a.row[href="#flights/BOS"]').click()
    await expect.poll(() => page.locator('#series-name').textContent()).toBe('BOS')
    expect(await page.locator('a.row').first().isVisible()).toBe(false)
  })

  test('says what it waits for while there is no forecast, then shows the first one', async () => {
    const empty = await livePage({ pipelines: ['tides'], status: () => ({ pipelines: [], logAway: null }) })
    const page = await open('', { url: empty.url })
    await expect
      .poll(() => page.locator('#empty-title').textContent())
      .toContain('Waiting for the first forecast')
    expect(await page.locator('#empty-text').textContent()).toContain('foretide feed')
    await empty.publish(madeUpSeries('Cuxhaven', 3, { pipeline: 'tides' })(0))
    await drawn(page)
    expect(await page.locator('#series-name').textContent()).toBe('Cuxhaven')
    await page.goto('about:blank')
    await empty.close()
  })

  test('asks for the token where one is needed, and opens with it', async () => {
    const guarded = await livePage({ pipelines: ['flights'], token: 'secret' })
    await guarded.publish(flights[0]!(0))
    const page = await open('', { url: guarded.url })
    await page.getByLabel('Token').fill('secret')
    await page.getByRole('button', { name: 'Open' }).click()
    await drawn(page)
    // The browser reports the refused request; nothing else may have gone wrong.
    const { faults } = pages.at(-1)!
    expect(faults.filter((fault) => !fault.includes('401'))).toEqual([])
    faults.length = 0
    await page.goto('about:blank')
    await guarded.close()
  })
})
