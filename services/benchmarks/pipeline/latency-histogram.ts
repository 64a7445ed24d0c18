/** Counts of a Prometheus histogram by the upper bound of their bucket in seconds, cumulative. */
export type Buckets = ReadonlyMap<number, number>

const LATENCY = 'foretide_event_to_forecast_seconds_bucket'

/** How long events took to their forecasts so far, over all pipelines, from what `/metrics` answers. */
export function readLatencies(metrics: string): Buckets {
  const buckets = new Map<number, number>()
  for (const line of metrics.split('\n')) {
    if (!line.startsWith(LATENCY)) continue
    const bound = Number(/le="([^"]+)"/.exec(line)?.[1]?.replace('+Inf', 'Infinity'))
    buckets.set(bound, (buckets.get(bound) ?? 0) + Number(line.slice(line.lastIndexOf(' ') + 1)))
  }
  return buckets
}

/** Those of `later` that `earlier` did not have. */
export function latenciesSince(earlier: Buckets, later: Buckets): Buckets {
  return new Map([...later].map(([bound, count]) => [bound, count - (earlier.get(bound) ?? 0)]))
}

/** A quantile in ms, linear within its bucket as `histogram_quantile` has it; null of nothing. */
export function quantileMs(buckets: Buckets, share: number): number | null {
  const rising = [...buckets].sort(([a], [b]) => a - b)
  const wanted = share * (rising.at(-1)?.[1] ?? 0)
  if (!(wanted > 0)) return null
  let lower = 0
  let below = 0
  for (const [bound, count] of rising) {
    if (count >= wanted) {
      if (!Number.isFinite(bound)) return 1000 * lower
      return 1000 * (lower + ((bound - lower) * (wanted - below)) / (count - below))
    }
    lower = bound
    below = count
  }
  return null
}
