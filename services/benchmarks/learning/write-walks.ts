import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { SeededRandom } from '#shared/recurrent/seeded-random'

const startMs = Date.UTC(2024, 0, 1)
const hour = 3_600_000

/**
 * Hourly random walks as CSV, a column per series. Nobody can forecast one better than by "no change", so that no version that
 * is trained on them challenges what serves: training is all that goes on beside.
 */
export async function writeWalks(file: string, series: number, rows: number): Promise<void> {
  const random = new SeededRandom(3)
  const levels = Array.from({ length: series }, () => random.uniform(-10, 10))
  const out = createWriteStream(file)
  out.write(`time,${levels.map((_, s) => `walk-${s + 1}`).join(',')}\n`)
  for (let row = 0; row < rows; row++) {
    for (let s = 0; s < series; s++) levels[s] = levels[s]! + random.uniform(-1, 1)
    const values = levels.map((level) => level.toFixed(3))
    if (!out.write(`${new Date(startMs + row * hour).toISOString()},${values.join(',')}\n`))
      await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
}
