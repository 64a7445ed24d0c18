import { describe, expect, it } from 'vitest'
import { createLeastSquares } from '#shared/regression/kernel/kernel-least-squares'
import { seededUniform } from './noisy-series.js'

/** The project's bound is ten million in all: FORETIDE_HOSTILE_UPDATES=10000000 takes about half a minute. */
const UPDATES = Number(process.env.FORETIDE_HOSTILE_UPDATES ?? 200_000)
const FEATURES = 25
const LEADS = 24
const FAST_LEADS = 8

type Series = (t: number, noise: number, half: number) => number
const spiky: Series = (t, noise) => (t % 97 === 0 ? -100 : noise + Math.sin(t / 4))

/** In scaled units; largest value that a sound forecast of it may have, from its own range. */
const SERIES: readonly [string, Series, number][] = [
  ['constant', () => 1, 1],
  ['all zero', () => 0, 0],
  ['a pure sine: collinear lags', (t) => Math.sin((2 * Math.PI * t) / 24), 1],
  ['spikes of -100', spiky, 100],
  ['noisy and constant by turns', (t, noise) => (Math.floor(t / 3000) % 2 === 0 ? noise : 0.5), 1],
  ['scale × 1e6', (t, noise) => 1e6 * (noise + Math.sin(t / 4)), 2e6],
  ['offset + 1e4', (t, noise) => 1e4 + noise + Math.sin(t / 4), 1e4],
  ['× 1e4 half-way', (t, noise, half) => (t < half ? 1 : 1e4) * (noise + Math.sin(t / 4)), 2e4],
]

describe('hostile series', () => {
  it(`are forecast within ten times their range for ${UPDATES} updates`, { timeout: 600_000 }, () => {
    const regression = createLeastSquares({
      features: FEATURES,
      leads: LEADS,
      forgetting: 0.9999,
      ridge: 1,
      fast: { leads: FAST_LEADS, forgetting: 0.9995 },
    })
    const count = SERIES.length
    const batch = {
      slots: Int32Array.from(SERIES, () => regression.allocate()),
      indices: new Float64Array(count),
      values: new Float32Array(count),
      learns: new Uint8Array(count).fill(1),
      rows: new Float32Array(count * FEATURES),
      anchors: new Float32Array(count * LEADS),
      out: new Float32Array(count * LEADS),
      fastOut: new Float32Array(count * LEADS),
    }
    const steps = Math.ceil(UPDATES / count)
    const worst = new Float64Array(count)
    const uniform = seededUniform(11)
    const past = SERIES.map(() => new Float64Array(FEATURES))
    for (let t = 0; t < steps; t++) {
      const noise = uniform() - 0.5
      for (let i = 0; i < count; i++) {
        const value = SERIES[i]![1](t, noise, steps / 2)
        const lags = past[i]!
        lags.copyWithin(1, 0)
        lags[0] = value
        batch.indices[i] = t
        batch.values[i] = value
        for (let f = 0; f < FEATURES; f++) {
          const own = f === 0 ? value : lags[f]! - value
          batch.rows[i * FEATURES + f] = f === FEATURES - 1 ? 1 : own
        }
        batch.anchors.fill(value, i * LEADS, (i + 1) * LEADS)
      }
      regression.advance(batch)
      for (let k = 0; k < batch.out.length; k++) {
        for (const said of [batch.out[k]!, batch.fastOut[k]!]) {
          const size = Math.abs(said)
          // Also when it is not a number.
          if (!(size <= worst[Math.floor(k / LEADS)]!)) worst[Math.floor(k / LEADS)] = size
        }
      }
    }
    const blown = SERIES.flatMap(([name, , range], i) =>
      worst[i]! <= 10 * range ? [] : [`${name}: ${worst[i]}`],
    )
    expect(blown).toEqual([])
  })
})
