/** What one profile of the benchmark gives and takes: for a window found, a false alarm, a window missed. */
export interface NabProfile {
  readonly name: 'standard' | 'lowFalsePositives' | 'lowFalseNegatives'
  readonly found: number
  readonly falseAlarm: number
  readonly missed: number
}

export const NAB_PROFILES: readonly NabProfile[] = [
  { name: 'standard', found: 1, falseAlarm: 0.11, missed: 1 },
  { name: 'lowFalsePositives', found: 1, falseAlarm: 0.22, missed: 1 },
  { name: 'lowFalseNegatives', found: 1, falseAlarm: 0.11, missed: 2 },
]

/** One file of the corpus as a detector scored it. */
export interface ScoredFile {
  /** One score per row; higher is more anomalous. */
  readonly scores: ArrayLike<number>
  /** First and last row of each labelled window, in order. */
  readonly windows: readonly (readonly [number, number])[]
}

export interface NabScore {
  /** 0 for a detector that says nothing, 100 for a perfect one. */
  readonly score: number
  /** The one threshold for all files at which that score is reached. */
  readonly threshold: number
}

/** Rows of a file that are not scored, at its beginning. */
export function probationRows(rows: number): number {
  return Math.min(Math.floor(0.15 * rows), 750)
}

/** The benchmark's weight of a detection by its place, relative to a window's end; in windows' widths. */
function placeWeight(position: number): number {
  return position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1
}

interface Detection {
  readonly score: number
  readonly value: number
  /** Number of the window over all files, or −1 outside. */
  readonly window: number
}

/**
 * Score a detector as the Numenta Anomaly Benchmark does (version 1.1; Lavin and Ahmad 2015), at the threshold that suits it
 * best. The threshold is fitted to the corpus, like those of the published scores.
 */
export function scoreNab(files: readonly ScoredFile[], profile: NabProfile): NabScore {
  const { detections, reachable, windows } = listDetections(files, profile)
  detections.sort((a, b) => b.score - a.score)
  const best = new Float64Array(reachable).fill(-profile.missed)
  const nothing = -profile.missed * reachable
  let total = nothing
  let top = { total, threshold: Number.POSITIVE_INFINITY }
  for (let i = 0; i < detections.length; ) {
    const { score } = detections[i]!
    for (; i < detections.length && detections[i]!.score === score; i++) {
      const { window, value } = detections[i]!
      if (window < 0) total += value
      else if (value > best[window]!) {
        total += value - best[window]!
        best[window] = value
      }
    }
    if (total > top.total) top = { total, threshold: score }
  }
  const perfect = windows * profile.found
  return { score: (100 * (top.total - nothing)) / (perfect - nothing), threshold: top.threshold }
}

/** What each row would be worth if it were called an anomaly. Windows that end within the probation cannot be reached. */
function listDetections(files: readonly ScoredFile[], profile: NabProfile) {
  const detections: Detection[] = []
  const atStart = placeWeight(-1)
  let reachable = 0
  let windows = 0
  for (const file of files) {
    const probation = probationRows(file.scores.length)
    windows += file.windows.length
    let next = 0
    let last: readonly [number, number] | null = null
    for (let row = 0; row < file.scores.length; row++) {
      while (next < file.windows.length && row > file.windows[next]![1]) {
        last = file.windows[next++]!
        if (last[1] >= probation) reachable++
      }
      if (row < probation) continue
      const score = file.scores[row]!
      const window = file.windows[next]
      if (window && row >= window[0]) {
        const [from, to] = window
        const place = -(to - row + 1) / (to - from + 1)
        detections.push({ score, value: (placeWeight(place) / atStart) * profile.found, window: reachable })
      } else {
        const weight = last ? placeWeight((row - last[1]) / (last[1] - last[0])) : -1
        detections.push({ score, value: weight * profile.falseAlarm, window: -1 })
      }
    }
    // A window that ends with the file was not passed by any row.
    for (; next < file.windows.length; next++) reachable++
  }
  return { detections, reachable, windows }
}
