/** Uniform numbers in [0, 1) from a seed (mulberry32). */
export function seededUniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A day of 24 with an autoregression on top; its lags as a row: the value, F - 2 differences to it, and 1. */
export function makeNoisySeries(length: number, features: number, seed: number) {
  const uniform = seededUniform(seed)
  const values: number[] = []
  let noise = 0
  for (let t = 0; t < length; t++) {
    noise = 0.8 * noise + 0.6 * (uniform() + uniform() + uniform() - 1.5)
    values.push(Math.fround(Math.sin((2 * Math.PI * t) / 24) + noise))
  }
  return { values, rows: values.map((_, t) => lagRow(values, t, features)) }
}

/** Float32, as the kernel takes it. */
export function lagRow(values: readonly number[], t: number, features: number): number[] {
  const row = [values[t]!]
  for (let j = 1; j < features - 1; j++) row.push(Math.fround(values[Math.max(0, t - j)]! - values[t]!))
  if (features > 1) row.push(1)
  return row
}
