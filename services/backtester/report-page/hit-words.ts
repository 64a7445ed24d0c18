import { shareText } from '#shared/page/words'

/** Fewer outcomes than this that were foretold exactly change nothing that a figure shows. */
const TOLD_FROM = 0.01

/** What there is to know about figures of calibration where outcomes were foretold exactly; null where few were. @param share of the outcomes */
export function hitWords(share: number): string | null {
  if (share === 1) {
    return (
      'Every outcome was just what was forecast, with bands of no width to speak of: ' +
      'there are no probabilities that could be off, and every band holds all.'
    )
  }
  if (!(share >= TOLD_FROM)) return null
  const many = share >= 0.9995 ? 'Nearly all' : shareText(share, 1)
  return (
    `${many} of the outcomes were just what was forecast, with bands of no width to speak of. The first two figures count them as right; ` +
    'whether a band holds them is a matter of rounding.'
  )
}
