import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { SeededRandom } from '#shared/recurrent/seeded-random'

const START_MS = Date.UTC(2024, 0, 1)

export interface MadeUpReadings {
  readonly series: number
  /** Readings of each series. */
  readonly rows: number
  readonly cadenceMs: number
  /** Samples in a season. */
  readonly season: number
}

/** What a live pipeline is fed, and a backtest that is profiled. */
export const HOURLY_METERS: MadeUpReadings = { series: 50, rows: 3000, cadenceMs: 3_600_000, season: 24 }

/**
 * Write readings as CSV, a column per series: a season of its own phase and height, a slow walk, and noise. The same numbers on
 * every machine.
 */
export async function writeReadings(
  file: string,
  { series, rows, cadenceMs, season }: MadeUpReadings,
): Promise<void> {
  const random = new SeededRandom(11)
  const phases = Array.from({ length: series }, () => random.uniform(0, season))
  const heights = Array.from({ length: series }, () => random.uniform(2, 20))
  const walks = Array.from({ length: series }, () => random.uniform(-10, 10))
  const out = createWriteStream(file)
  out.write(`time,${phases.map((_, s) => `meter-${s + 1}`).join(',')}\n`)
  for (let row = 0; row < rows; row++) {
    const values = phases.map((phase, s) => {
      walks[s] = walks[s]! + 0.1 * random.uniform(-1, 1)
      const wave = heights[s]! * Math.sin((2 * Math.PI * (row + phase)) / season)
      return (50 + walks[s]! + wave + random.uniform(-1, 1)).toFixed(3)
    })
    const line = `${new Date(START_MS + row * cadenceMs).toISOString()},${values.join(',')}\n`
    if (!out.write(line)) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}
