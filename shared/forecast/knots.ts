/**
 * Leads at which mixture weights and bands are learned; between them they are interpolated in the logarithm of the lead.
 *
 * None is a multiple of the season: there persistence is the seasonal naive forecast, and the weight that it earns would
 * be carried to leads where it is terrible.
 */
export interface Knots {
  readonly leads: readonly number[]
  /** For each lead (index lead − 1): the knot at or before it. */
  readonly lower: Int32Array
  /** The knot at or after it; the last knot beyond it. */
  readonly upper: Int32Array
  /** Share of the upper knot, 0 to 1. */
  readonly share: Float64Array
  /** [K + 1] for each knot: index of the first lead that has it as its lower one; then H. */
  readonly first: Int32Array
  /** Sum of the knots' leads: how many pending forecasts a series keeps. */
  readonly pending: number
}

const LEADS = [1, 2, 4, 7, 11, 16, 20, 28, 36, 44, 60, 84, 116, 160, 220, 300]

/**
 * @param horizon H ≥ 1
 * @param season samples in the main period
 */
export function knotsFor(horizon: number, season: number): Knots {
  const leads: number[] = []
  for (const lead of LEADS) {
    const kept = season > 1 && lead % season === 0 ? lead - 1 : lead
    if (kept >= 1 && kept <= horizon && kept > (leads.at(-1) ?? 0)) leads.push(kept)
  }
  const lower = new Int32Array(horizon)
  const upper = new Int32Array(horizon)
  const share = new Float64Array(horizon)
  for (let lead = 1; lead <= horizon; lead++) {
    let k = leads.length - 1
    while (k > 0 && leads[k] > lead) k--
    const next = Math.min(k + 1, leads.length - 1)
    lower[lead - 1] = k
    upper[lead - 1] = next
    share[lead - 1] =
      next === k ? 0 : (Math.log(lead) - Math.log(leads[k])) / (Math.log(leads[next]) - Math.log(leads[k]))
  }
  const first = new Int32Array(leads.length + 1).fill(horizon)
  for (let h = horizon - 1; h >= 0; h--) first[lower[h]] = h
  return { leads, lower, upper, share, first, pending: leads.reduce((sum, lead) => sum + lead, 0) }
}
