/** Densities are drawn up to this; a bar that is higher is cut, so that the others can still be read. */
const CUT = 10
const LABELS_MAX = 5

export interface DensityAxis {
  /** Where the frame ends: no bar is drawn beyond. */
  readonly top: number
  /** Whole numbers from 0 to the top. */
  readonly labels: readonly number[]
}

/** The axis of a histogram in which 1 is what is promised: to 2 at least. @param highest of its bars */
export function densityAxis(highest: number): DensityAxis {
  const shown = Math.min(CUT, Math.max(2, highest))
  const step = shown > LABELS_MAX ? 2 : 1
  const steps = Math.ceil(shown / step)
  return { top: steps * step, labels: Array.from({ length: steps + 1 }, (_, k) => k * step) }
}
