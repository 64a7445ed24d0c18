import type { GradientFlowFigures } from '#shared/recurrent/gradient-flow-figures'

/** Colours of the style sheet, `heat-0` for the least. */
export const HEAT_STEPS = 9
/** Powers of ten that the colours span at most: beyond that, the least is nothing. */
const POWERS_MAX = 8

/** Whole powers of ten from `low` to `high`, between which the colours are spread evenly. */
export interface HeatScale {
  readonly low: number
  readonly high: number
}

export function heatScaleOf({ series }: GradientFlowFigures): HeatScale {
  const logs = series
    .flatMap(({ norms }) => norms)
    .filter((norm) => norm > 0)
    .map(Math.log10)
  // A negative zero becomes a plain one.
  const high = Math.ceil(Math.max(...logs)) + 0
  const low = Math.max(high - POWERS_MAX, Math.min(high - 1, Math.floor(Math.min(...logs))))
  return { low, high }
}

/** Number of the colour of a norm, 0 to 8. */
export function heatStep(norm: number, { low, high }: HeatScale): number {
  if (norm <= 0) return 0
  const share = (Math.log10(norm) - low) / (high - low)
  return Math.min(HEAT_STEPS - 1, Math.max(0, Math.floor(share * HEAT_STEPS)))
}

/** Powers of ten that the legend names: at most five, the highest among them. */
export function heatMarks({ low, high }: HeatScale): readonly number[] {
  const stride = Math.ceil((high - low) / 4)
  const count = Math.floor((high - low) / stride) + 1
  return Array.from({ length: count }, (_, i) => high - (count - 1 - i) * stride)
}
