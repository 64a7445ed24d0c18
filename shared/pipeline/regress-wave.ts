import type { FrozenScale } from '#shared/experts/frozen-scale'
import type { RegressionPlace } from '#shared/series-state/series-state'
import type { SampleBuffers } from './sample-buffers.js'
import type { SampleLine } from './sample-line.js'
import type { Wave, WaveEntry } from './wave.js'

/** Whose regressions are advanced, on what, in the unit of each series' regression. */
export interface Regressed {
  readonly place: RegressionPlace
  /** F */
  readonly features: number
  /** [B, F] */
  readonly rows: Float32Array
  /** [B, H] what the forecasts start from. */
  readonly anchors: Float32Array
  /** [B, H] receives the forecasts, where anybody wants them. */
  readonly out?: Float32Array | undefined
  /** [B, H] receives those of the fast leads, where the regression has any. */
  readonly fastOut?: Float32Array | undefined
  /** The value of a sample. */
  readonly scaled: (entry: WaveEntry) => number
  /** Whether there is enough known of a series to learn from. */
  readonly ready: (entry: WaveEntry) => boolean
  /** Whether a row means anything yet; where not, nothing is learned and the forecast is its anchor. */
  readonly means?: (entry: WaveEntry) => boolean
}

/** Advance one regression of each series of a wave: learn from what matured, take the rows up, forecast. */
export function regressWave(
  line: SampleLine,
  wave: Wave,
  buffers: SampleBuffers,
  regressed: Regressed,
): void {
  const { place, features, rows, anchors, out, fastOut, scaled, ready, means } = regressed
  const { regressions } = line
  const { horizon } = line.options
  const { slots, indices, values, learns } = buffers
  const arena = regressions.of(place, features)
  for (let b = 0; b < wave.length; b++) {
    const entry = wave[b]
    const { state, sample } = entry
    slots[b] = regressions.slotOf(state, place, features)
    indices[b] = regressions.indexOf(arena, slots[b], sample.index, sample.skipped)
    values[b] = scaled(entry)
    learns[b] = sample.observed && ready(entry) && (!means || means(entry)) ? 1 : 0
  }
  arena.advance({ slots, indices, values, learns, rows, anchors, out, fastOut, count: wave.length })
  if (!means) return
  for (let b = 0; b < wave.length; b++) {
    if (means(wave[b])) continue
    for (let at = b * horizon; at < (b + 1) * horizon; at++) {
      if (out) out[at] = anchors[at]
      if (fastOut) fastOut[at] = anchors[at]
    }
  }
}

/** How the regressions over the profile see a series. */
export function overProfile(frozenScale: FrozenScale): Pick<Regressed, 'scaled' | 'ready'> {
  return {
    scaled: ({ state: { numbers }, taken }) =>
      (taken - frozenScale.center(numbers)) / frozenScale.unit(numbers),
    ready: ({ state: { numbers } }) => frozenScale.frozen(numbers),
  }
}
