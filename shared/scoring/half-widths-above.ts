/** One outcome counts for so many half widths at most: a band of hardly any width must not decide a mean. */
const WIDTHS_MAX = 10

/**
 * How far an outcome lies above the median, in half widths of a band, within ±10.
 * @param error outcome minus median
 * @param halfWidth > 0, in the unit of `error`
 */
export function halfWidthsAbove(error: number, halfWidth: number): number {
  return Math.max(-WIDTHS_MAX, Math.min(WIDTHS_MAX, error / halfWidth))
}
