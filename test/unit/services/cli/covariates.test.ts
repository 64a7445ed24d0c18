import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { runCommand } from './command-line.js'

// Expected: y is the covariate of the hour before, which is independent normal noise of deviation 1, plus noise of deviation 0.2.
// The mean absolute error of the best forecast is √(2/π) times the deviation of what nobody can know: 0.2 with the covariate,
// √1.04 without it, at every lead but the first either way.

const ROWS = 2000
const absolute = Math.sqrt(2 / Math.PI)

let dir: string
let file: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'foretide-driven-'))
  file = join(dir, 'driven.csv')
  const random = new SeededRandom(5)
  // Box–Muller
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
  let driver = 0
  const rows = Array.from({ length: ROWS }, (_, hour) => {
    const y = driver + 0.2 * normal()
    driver = normal()
    const time = new Date(Date.UTC(2026, 0, 1, hour)).toISOString()
    return `${time},${y.toFixed(4)},${driver.toFixed(4)}`
  })
  await writeFile(file, `time,y,driver\n${rows.join('\n')}\n`)
})
afterAll(() => rm(dir, { recursive: true }))

async function errorsOf(...argv: string[]): Promise<{ first: number; second: number }> {
  const { code, out, err } = await runCommand([
    ...['backtest', file, '--horizon', '4', '--no-learn', '--json'],
    ...argv,
  ])
  expect(code, err).toBe(0)
  const { byLead } = JSON.parse(out)
  return { first: byLead[1].mae, second: byLead[2].mae }
}

describe('foretide backtest --covariates', () => {
  it('forecasts what a covariate decides nearly as well as can be, and no worse what it does not', async () => {
    const with_ = await errorsOf('--covariates', 'driver')
    expect(with_.first).toBeGreaterThan(0.9 * 0.2 * absolute)
    expect(with_.first).toBeLessThan(1.15 * 0.2 * absolute)
    expect(with_.second).toBeLessThan(1.1 * Math.sqrt(1.04) * absolute)
    const only = join(dir, 'only.yaml')
    await writeFile(
      only,
      `pipelines:\n  driven:\n    cadence: 1h\n    horizon: 4\n    input: { covariates: [driver] }\n    learn: { enabled: false }\n`,
    )
    expect(await errorsOf('--config', only)).toEqual(with_)
  })

  it('cannot without it', async () => {
    const text = join(dir, 'alone.csv')
    const rows = (await readFile(file, 'utf8')).trimEnd().split('\n')
    await writeFile(text, rows.map((row) => row.split(',').slice(0, 2).join(',')).join('\n'))
    const { out } = await runCommand(['backtest', text, '--horizon', '4', '--no-learn', '--json'])
    expect(JSON.parse(out).byLead[1].mae).toBeGreaterThan(0.95 * Math.sqrt(1.04) * absolute)
  })

  it('names a column that is not there, and a name that has a part already', async () => {
    const missing = await runCommand(['backtest', file, '--covariates', 'rain'])
    expect(missing.code).toBe(2)
    expect(missing.err).toContain('has no column rain (--covariates); it has time, y, driver')
    const taken = await runCommand(['backtest', file, '--covariates', 'driver,value'])
    expect(taken.code).toBe(2)
    expect(taken.err).toContain('`value`, which has a part already')
    const demo = await runCommand(['backtest', 'demo:flights', '--covariates', 'rain'])
    expect(demo.code).toBe(2)
    expect(demo.err).toContain('demo:flights has none')
  })
})
