/** A sample further out than this many half widths is clipped there before it moves the state. */
const CLIP_WIDTHS = 4
/**
 * While the scale is still rough, only what is absurd is clipped: one reading a million times too large among the first
 * fifty would otherwise stay in scale and range for thousands of samples.
 */
const ROUGH_CLIP_WIDTHS = 20
const ROUGH_MIN = 8
/** So many clipped samples in a row on the same side are a level shift, and are believed. */
export const CLIP_RUN_MAX = 5

export interface JudgedSample {
  /** The value that moves the state. */
  readonly taken: number
  readonly clipRun: number
  readonly flag: 'clipped' | 'level-shift' | null
  /** Too wild for its forecast, where the sample before was not. */
  readonly jump: boolean
}

/**
 * Clip a wild sample, so that one reading cannot poison a series while a lasting
 * shift is still learned.
 *
 * @param input.scale half width of the 95 % band one step ahead
 * @param input.known outcomes that the scale was learned from; below 8 everything is taken as it is, below `knownMin` only
 *   what is absurd is clipped
 * @param input.clipRun clipped samples in a row before this one, negative when below the median
 * @param input.believed whether the series' jumps last: then a wild sample is taken as it is
 */
export function takeSample(input: {
  readonly value: number
  readonly median: number
  readonly scale: number
  readonly known: number
  readonly knownMin: number
  readonly clipRun: number
  readonly believed: boolean
}): JudgedSample {
  const { value, median, scale, known, knownMin, clipRun, believed } = input
  const error = value - median
  if (known < ROUGH_MIN || error === 0) return asItIs(value)
  const distance = scale > 0 ? Math.abs(error) / scale : Number.POSITIVE_INFINITY
  const widths = known < knownMin ? ROUGH_CLIP_WIDTHS : CLIP_WIDTHS
  if (distance <= widths) return asItIs(value)
  if (believed) return { ...asItIs(value), jump: true }
  const side = Math.sign(error)
  const run = Math.sign(clipRun) === side ? clipRun + side : side
  const jump = run === side
  if (Math.abs(run) > CLIP_RUN_MAX) return { taken: value, clipRun: run, flag: 'level-shift', jump }
  return { taken: median + side * widths * scale, clipRun: run, flag: 'clipped', jump }
}

function asItIs(value: number): JudgedSample {
  return { taken: value, clipRun: 0, flag: null, jump: false }
}
