/**
 * Lowest and highest value of an axis: a little beyond what is drawn, except where that is a value the axis ends with.
 * Never empty: what is zero everywhere lies on the floor of an axis to 1.
 * @param include values that it shows in any case, and ends with where nothing lies beyond them
 */
export function axisRange(
  values: readonly (number | null)[],
  include: readonly number[] = [],
): [low: number, high: number] {
  const drawn = values.filter((value) => value !== null).concat(include)
  if (drawn.length === 0) return [0, 1]
  const low = Math.min(...drawn)
  const high = Math.max(...drawn)
  if (low === high && include.includes(low)) return [low, low + (Math.abs(low) || 1)]
  const margin = (high - low || Math.abs(high) || 1) * 0.06
  return [include.includes(low) ? low : low - margin, include.includes(high) ? high : high + margin]
}
