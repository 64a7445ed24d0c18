import type { LeastSquares } from '#shared/regression/least-squares'
import { seededUniform } from './noisy-series.js'

type Series = (t: number, noise: number, half: number) => number

const wave: Series = (t, noise) => noise + Math.sin(t / 4)

/** In scaled units; largest value that a sound forecast of it may have, from its own range. */
const SERIES: readonly (readonly [name: string, series: Series, range: number])[] = [
  ['constant', () => 1, 1],
  ['all zero', () => 0, 0],
  ['a pure sine: collinear lags', (t) => Math.sin((2 * Math.PI * t) / 24), 1],
  ['spikes of -100', (t, noise, half) => (t % 97 === 0 ? -100 : wave(t, noise, half)), 100],
  ['noisy and constant by turns', (t, noise) => (Math.floor(t / 3000) % 2 === 0 ? noise : 0.5), 1],
  ['scale × 1e6', (t, noise, half) => 1e6 * wave(t, noise, half), 2e6],
  ['offset + 1e4', (t, noise, half) => 1e4 + wave(t, noise, half), 1e4],
  ['× 1e4 half-way', (t, noise, half) => (t < half ? 1 : 1e4) * wave(t, noise, half), 2e4],
  ['an offset of 1e15', (t, noise, half) => 1e15 + 1e8 * wave(t, noise, half), 1e15],
  ['the ends of 32 bits by turns', (t) => (t % 2 === 0 ? 3.4e38 : -3.4e38), 3.4e38],
  ['below the least normal number', (t, noise, half) => 1e-39 * wave(t, noise, half), 2e-39],
]

/** How many there are. */
export const HOSTILE_KINDS = SERIES.length

/**
 * Hostile series in one batch, `updates` of each: what goes beyond ten times the series' own range, or is no number.
 * @param units how many features of a row are hidden units: they saturate with the series, and a third of them are twins of others
 */
export function blownUp(regression: LeastSquares, updates: number, units = 0): string[] {
  const { features, leads } = regression
  const count = SERIES.length
  const batch = {
    slots: Int32Array.from(SERIES, () => regression.allocate()),
    indices: new Float64Array(count),
    values: new Float32Array(count),
    learns: new Uint8Array(count).fill(1),
    rows: new Float32Array(count * features),
    anchors: new Float32Array(count * leads),
    out: new Float32Array(count * leads),
    fastOut: new Float32Array(count * leads),
  }
  const uniform = seededUniform(11)
  const own = units === 0 ? 1 : 0
  const lags = features - units - own - 1
  const weights = Float64Array.from({ length: 2 * units }, () => 2 * uniform() - 1)
  const hidden = SERIES.map(() => new Float64Array(units))
  const past = SERIES.map(() => new Float64Array(lags + 1))
  const worst = new Float64Array(count)
  for (let t = 0; t < updates; t++) {
    const noise = uniform() - 0.5
    for (let i = 0; i < count; i++) {
      const value = SERIES[i]![1](t, noise, updates / 2)
      const before = past[i]!
      before.copyWithin(1, 0)
      before[0] = value
      batch.indices[i] = t
      batch.values[i] = value
      let at = i * features
      const state = hidden[i]!
      for (let u = 0; u < units; u++) {
        const twin = u % 3 === 2 ? u - 1 : u
        state[u] =
          u === twin ? Math.tanh(weights[2 * u]! * value + weights[2 * u + 1]! * state[u]!) : state[twin]!
        batch.rows[at++] = state[u]!
      }
      if (own) batch.rows[at++] = value
      for (let lag = 1; lag <= lags; lag++) batch.rows[at++] = before[lag]! - value
      batch.rows[at] = 1
      batch.anchors.fill(value, i * leads, (i + 1) * leads)
    }
    regression.advance(batch)
    note(worst, batch.out, leads)
    note(worst, batch.fastOut, leads)
  }
  return SERIES.flatMap(([name, , range], i) => (worst[i]! <= 10 * range ? [] : [`${name}: ${worst[i]}`]))
}

/** Keep the largest forecast of each series, or what is not a number. */
function note(worst: Float64Array, said: Float32Array, leads: number): void {
  for (let k = 0; k < said.length; k++) {
    const i = Math.floor(k / leads)
    const size = Math.abs(said[k]!)
    if (!(size <= worst[i]!)) worst[i] = size
  }
}
