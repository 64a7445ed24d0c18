import type { TrainingSeries } from '#shared/learning/training-series'

/** A training series from its values: scale 1, all observed, and the value itself as the only feature. */
export function seriesOf(series: string, values: readonly number[]): TrainingSeries {
  return {
    series,
    features: Float32Array.from(values),
    values: Float64Array.from(values),
    scales: new Float64Array(values.length).fill(1),
    observed: new Uint8Array(values.length).fill(1),
  }
}
