export interface ChosenSeries {
  readonly pipeline: string
  readonly series: string
}

/** The series that an address such as `#flights/ATL` speaks of; null when it speaks of none. */
export function readDeepLink(hash: string): ChosenSeries | null {
  const slash = hash.indexOf('/')
  if (!hash.startsWith('#') || slash < 2) return null
  try {
    return {
      pipeline: decodeURIComponent(hash.slice(1, slash)),
      series: decodeURIComponent(hash.slice(slash + 1)),
    }
  } catch {
    return null
  }
}

export function writeDeepLink({ pipeline, series }: ChosenSeries): string {
  return `#${encodeURIComponent(pipeline)}/${encodeURIComponent(series)}`
}
