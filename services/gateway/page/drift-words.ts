import { fixedText, type Verdict } from '#shared/page/words'

/** Below these nothing is to be seen: a mean of some hundred outcomes moves that much by itself. */
const BIAS_LEVEL = 0.1
const DRIFT_LEVEL = 0.15

/** Bias in half widths of the 80 % band, in words. */
export function biasVerdict(bias: number | null): Verdict {
  if (bias === null) return { text: 'not scored yet', kind: 'none' }
  const size = fixedText(Math.abs(bias), 2)
  if (Math.abs(bias) < BIAS_LEVEL) return { text: `unbiased (${fixedText(bias, 2)})`, kind: 'level' }
  return { text: bias > 0 ? `too low by ${size}` : `too high by ${size}`, kind: 'worse' }
}

/** Errors of late over those of long, in words. */
export function driftVerdict(drift: number | null): Verdict {
  if (drift === null) return { text: 'too few outcomes', kind: 'none' }
  const percent = `${Math.round(Math.abs(drift - 1) * 100)} %`
  if (Math.abs(drift - 1) < DRIFT_LEVEL) return { text: 'as ever', kind: 'level' }
  return drift > 1
    ? { text: `${percent} larger than before`, kind: 'worse' }
    : { text: `${percent} smaller than before`, kind: 'better' }
}
