/** Series that are looked at, and samples of each: more say no more. */
const SERIES_MAX = 32
const SAMPLES_MAX = 8192
/** A half must hold a season so many times. */
const PERIODS_MIN = 3
/** Autocorrelation that a season has at least, and by how much it stands out from every shorter lag. */
const STRENGTH_MIN = 0.3
const PROMINENCE_MIN = 0.3
/** Of lags nearly as good as the best, the shortest is the season and the others are its multiples. */
const NEARLY = 0.8

/**
 * The season of some series by autocorrelation, for data whose cadence says nothing of the calendar.
 *
 * Each series loses its linear trend and is cut in two; a lag counts by the smaller of its two autocorrelations, so that
 * what only one half shows, as the waves of a random walk, is no season. The mean over the series has to peak there.
 *
 * @param series values on the series' grid, NaN where a sample is missing
 * @param longest longest season to look for, samples
 * @returns samples per season; 1 where there is none
 */
export function detectSeason(series: readonly Float64Array[], longest: number): number {
  const halves = spread(series, SERIES_MAX).map((values) => {
    const kept = values.subarray(0, SAMPLES_MAX)
    const middle = kept.length >> 1
    return [detrend(kept.subarray(0, middle)), detrend(kept.subarray(middle, 2 * middle))] as const
  })
  const usable = halves.filter(([first, second]) => first.power > 0 && second.power > 0)
  if (usable.length === 0) return 1
  const length = Math.max(...usable.map(([first]) => first.values.length))
  const lags = Math.min(longest + 1, Math.floor(length / PERIODS_MIN))
  const mean = new Float64Array(Math.max(0, lags + 1))
  const counted = new Float64Array(mean.length)
  for (const [first, second] of usable) {
    const reach = Math.min(lags, Math.floor(first.values.length / PERIODS_MIN))
    for (let lag = 1; lag <= reach; lag++) {
      mean[lag] += Math.min(correlate(first, lag) / first.power, correlate(second, lag) / second.power)
      counted[lag]++
    }
  }
  for (let lag = 1; lag <= lags; lag++) mean[lag] = counted[lag] > 0 ? mean[lag] / counted[lag] : 0
  return shortestPeak(mean, Math.min(longest, lags - 1))
}

function shortestPeak(correlation: Float64Array, longest: number): number {
  const peaks: number[] = []
  let lowest = Math.min(1, correlation[1] ?? 1)
  for (let lag = 2; lag <= longest; lag++) {
    const here = correlation[lag]
    const isPeak = here >= correlation[lag - 1] && here > correlation[lag + 1]
    if (isPeak && here >= STRENGTH_MIN && here - lowest >= PROMINENCE_MIN) peaks.push(lag)
    lowest = Math.min(lowest, here)
  }
  const enough = NEARLY * Math.max(...peaks.map((lag) => correlation[lag]))
  const first = peaks.find((lag) => correlation[lag] >= enough)
  return first === undefined ? 1 : Math.round(sharpen(correlation, first, longest, enough))
}

/** Noise makes a hill's top jagged; the tops at the multiples of a season tell it the more exactly, the further out they lie. */
function sharpen(correlation: Float64Array, peak: number, longest: number, enough: number): number {
  let season = peak
  for (let times = 1; times * season + 2 <= longest; times++) {
    const about = Math.round(times * season)
    // Less than half a season, so that the next hill is never taken for this one.
    const around = Math.min(2, Math.ceil(season / 2) - 1)
    let top = about
    for (let lag = about - around; lag <= about + around; lag++)
      if (correlation[lag] > correlation[top]) top = lag
    if (correlation[top] < enough) break
    season = top / times
  }
  return season
}

/** @returns about `most` of them, evenly spread */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  const step = Math.max(1, all.length / most)
  const chosen: T[] = []
  for (let at = 0; Math.floor(at) < all.length && chosen.length < most; at += step)
    chosen.push(all[Math.floor(at)])
  return chosen
}

interface Detrended {
  /** 0 where a sample is missing. */
  readonly values: Float64Array
  /** 1 where there is a sample, else 0. */
  readonly observed: Uint8Array
  /** Mean square of those. */
  readonly power: number
}

/** The values less their least-squares line. */
function detrend(values: Float64Array): Detrended {
  let n = 0
  let sumX = 0
  let sumY = 0
  for (let x = 0; x < values.length; x++) {
    if (Number.isNaN(values[x])) continue
    n++
    sumX += x
    sumY += values[x]
  }
  let covariance = 0
  let variance = 0
  for (let x = 0; x < values.length; x++) {
    if (Number.isNaN(values[x])) continue
    covariance += (x - sumX / n) * (values[x] - sumY / n)
    variance += (x - sumX / n) ** 2
  }
  const slope = variance > 0 ? covariance / variance : 0
  const rest = values.map((y, x) => (Number.isNaN(y) ? 0 : y - sumY / n - slope * (x - sumX / n)))
  const observed = Uint8Array.from(values, (y) => (Number.isNaN(y) ? 0 : 1))
  const power = rest.reduce((sum, value) => sum + value * value, 0) / n
  // What is left of a straight line is rounding.
  return { values: rest, observed, power: power > 1e-18 * (sumY / n) ** 2 ? power : 0 }
}

/** Mean product of the observed pairs that are `lag` apart; 0 where there are none. */
function correlate({ values, observed }: Detrended, lag: number): number {
  let pairs = 0
  let sum = 0
  for (let i = values.length - lag - 1; i >= 0; i--) {
    sum += values[i] * values[i + lag]
    pairs += observed[i] & observed[i + lag]
  }
  return pairs > 0 ? sum / pairs : 0
}
