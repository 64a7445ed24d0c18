import type { GradientFlowFigures } from '#shared/recurrent/gradient-flow-figures'

/** Colours of the style sheet, `heat-0` for the least. */
export const HEAT_STEPS = 9
/** Powers of ten that the colours span: beyond the most, what is least is nothing; two at least have a mark in the legend. */
const POWERS_MAX = 8
const POWERS_MIN = 2

/** Powers of ten, whole or half, between which the colours are spread evenly. */
export interface HeatScale {
  readonly low: number
  readonly high: number
}

/** As narrow as the norms allow, so that the colours are all used. */
export function heatScaleOf({ series }: GradientFlowFigures): HeatScale {
  const logs = series
    .flatMap(({ norms }) => norms)
    .filter((norm) => norm > 0)
    .map(Math.log10)
  // A negative zero becomes a plain one.
  const high = Math.ceil(2 * Math.max(...logs)) / 2 + 0
  const low = Math.floor(2 * Math.min(...logs)) / 2 + 0
  return { low: Math.max(high - POWERS_MAX, Math.min(high - POWERS_MIN, low)), high }
}

/** Number of the colour of a norm, 0 to 8. */
export function heatStep(norm: number, { low, high }: HeatScale): number {
  if (norm <= 0) return 0
  const share = (Math.log10(norm) - low) / (high - low)
  return Math.min(HEAT_STEPS - 1, Math.max(0, Math.floor(share * HEAT_STEPS)))
}

/** Whole powers of ten that the legend names: two to five, the highest among them. */
export function heatMarks({ low, high }: HeatScale): readonly number[] {
  const [first, last] = [Math.ceil(low), Math.floor(high)]
  const stride = Math.max(1, Math.ceil((last - first) / 4))
  const count = Math.floor((last - first) / stride) + 1
  return Array.from({ length: count }, (_, i) => last - (count - 1 - i) * stride + 0)
}
