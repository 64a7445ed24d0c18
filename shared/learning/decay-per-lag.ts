/**
 * Factor by which norms change from one lag to the next: e to the slope of the least squares line through their logarithms over
 * lags 1 … K. Lag 0 is left out, for it has the head in it alone; so is all from the first norm on that is zero.
 *
 * @param norms [K + 1]
 * @returns 0 when fewer than two norms are left: the gradient ends at once
 */
export function decayPerLag(norms: readonly number[]): number {
  const end = norms.findIndex((norm, lag) => lag > 0 && !(norm > 0))
  const logs = norms.slice(1, end < 0 ? undefined : end).map(Math.log)
  if (logs.length < 2) return 0
  const middle = (logs.length - 1) / 2
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length
  let rise = 0
  let run = 0
  logs.forEach((log, i) => {
    rise += (i - middle) * (log - mean)
    run += (i - middle) ** 2
  })
  return Math.exp(rise / run)
}
