import { describe, expect, it } from 'vitest'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { HOUR, LineDriver } from '../unit/shared/pipeline/line-driver.js'

// Outside expectation: the configured rate itself, of series in which nothing is wrong.

const SERIES = 6
const READINGS = 5000

const normal = (random: SeededRandom) =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
const exponential = (random: SeededRandom) => -Math.log(1 - random.uniform())
const day = (i: number, main: number) => Math.sin((2 * Math.PI * i) / main)

/** Makes a series: of each reading's number and the readings a day. */
type Make = (random: SeededRandom) => (i: number, main: number) => number

const CLEAN: Record<string, Make> = {
  normal: (random) => () => normal(random),
  'day + normal': (random) => (i, main) => 5 * day(i, main) + normal(random),
  // A normal over the root of a mean of two exponentials.
  "Student's t, 4": (random) => () =>
    normal(random) / Math.sqrt((exponential(random) + exponential(random)) / 2),
  'AR(0.8)': (random) => {
    let value = 0
    return () => {
      value = 0.8 * value + normal(random)
      return value
    }
  },
  'random walk': (random) => {
    let value = 0
    return () => {
      value += normal(random)
      return value
    }
  },
  counts: (random) => (i, main) => {
    // Poisson by day: exponential gaps that fit into one.
    const rate = 6 + 5 * day(i, main)
    let count = 0
    for (let gone = exponential(random); gone < rate; gone += exponential(random)) count++
    return count
  },
  'noise by the hour': (random) => (i, main) => (1.5 + day(i, main)) * normal(random),
  exponential: (random) => () => exponential(random),
}

function alarmsPer10k(make: Make, allowed: number, cadenceMs: number): number {
  const main = (24 * HOUR) / cadenceMs
  const driver = new LineDriver({
    ...{ cadenceMs, season: main, gapMax: main, horizon: 24, hidden: 16, falseAlarmsPer10k: allowed },
  })
  const random = new SeededRandom(23)
  let alarms = 0
  for (let s = 0; s < SERIES; s++) {
    const next = make(random)
    const values = Array.from({ length: READINGS }, (_, i) => next(i, main))
    for (const { anomaly } of driver.readAll(`s${s}`, values)) if (anomaly > 1) alarms++
  }
  return (1e4 * alarms) / (SERIES * READINGS)
}

describe.each([5, 20, 50])('%d false alarms allowed of 10,000 readings', (allowed) => {
  it.for(Object.keys(CLEAN))('are held through the whole line: %s', async (name, { annotate }) => {
    const found = alarmsPer10k(CLEAN[name]!, allowed, HOUR)
    await annotate(found.toFixed(1))
    expect(found).toBeLessThanOrEqual(1.5 * allowed)
    // A detector that tells nothing would hold any rate.
    if (allowed >= 20) expect(found).toBeGreaterThan(0)
  })
})
