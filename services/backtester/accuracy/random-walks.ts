import type { Feed } from '#shared/feed/feed'
import { feedOfTable } from '#shared/feed/table-feed'
import { SeededRandom } from '#shared/recurrent/seeded-random'

const SERIES = 7
const ROWS = 8000
const HOUR_MS = 3_600_000
const START_MS = Date.UTC(2000, 0, 1)
/** Of the changes' distribution: heavy tails, and a variance still. */
const DEGREES = 5
/** By how much the logarithm of the volatility moves in a step, and how fast it comes back. */
const DRIFT = 0.02
const RETURN = 0.001

/**
 * Seven random walks of 8,000 hours: changes of Student's t with 5 degrees of freedom, times a volatility whose logarithm
 * drifts. Nothing can be forecast but the last value.
 */
export function openRandomWalks(seed = 7, rows = ROWS): Feed {
  const random = new SeededRandom(seed)
  const values = new Float64Array(SERIES * rows)
  const level = new Float64Array(SERIES)
  const volatility = new Float64Array(SERIES)
  for (let row = 0; row < rows; row++) {
    for (let series = 0; series < SERIES; series++) {
      volatility[series] = (1 - RETURN) * volatility[series]! + DRIFT * normal(random)
      level[series] = level[series]! + Math.exp(volatility[series]!) * student(random)
      values[row * SERIES + series] = level[series]!
    }
  }
  return feedOfTable('random walks', {
    series: Array.from({ length: SERIES }, (_, series) => `walk-${series + 1}`),
    channels: [],
    timesMs: Float64Array.from(values, (_, i) => START_MS + Math.floor(i / SERIES) * HOUR_MS),
    seriesOf: Uint32Array.from(values, (_, i) => i % SERIES),
    values,
  })
}

/** Box and Muller 1958; the logarithm never sees zero. */
function normal(random: SeededRandom): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()))
  return radius * Math.cos(2 * Math.PI * random.uniform())
}

function student(random: SeededRandom): number {
  let squares = 0
  for (let i = 0; i < DEGREES; i++) squares += normal(random) ** 2
  return normal(random) / Math.sqrt(squares / DEGREES)
}
