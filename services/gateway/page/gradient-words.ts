import { shareText, spanText } from '#shared/page/words'
import type { GradientFlowFigures, SeriesGradientNorms } from '#shared/recurrent/gradient-flow-figures'
import { countOf } from '#shared/words/count-of'
import type { GradientsAnswer } from '../responses.js'

/** A reading counts as long as its gradient is this share of what it was at lag 0. */
const COUNTING_SHARE = 0.01
/** A gradient that has grown by this over the lags shown explodes; less is what norms do by chance. */
const EXPLODING_GROWTH = 10

/** Rows as they are drawn: the chosen series first, the others in their own order. */
export function rowsOf({ series }: GradientFlowFigures, chosen: string): readonly SeriesGradientNorms[] {
  const first = series.filter((row) => row.series === chosen)
  return [...first, ...series.filter((row) => row.series !== chosen)]
}

/** The last lag up to which most series have a gradient worth speaking of. */
export function reachOf({ lags, series }: GradientFlowFigures): number {
  const reaches = series
    .map(({ norms }) => norms.findLastIndex((norm) => norm >= COUNTING_SHARE * norms[0]!))
    .sort((a, b) => a - b)
  return lags[Math.max(0, reaches[(reaches.length - 1) >> 1] ?? 0)] ?? 0
}

/** What the picture says, in one sentence. */
export function flowSentence(flow: GradientFlowFigures, cadenceMs: number): string {
  const exploding = flow.series.filter(
    ({ norms }) => Math.max(...norms) > EXPLODING_GROWTH * norms[0]!,
  ).length
  if (exploding > 0) {
    const where =
      exploding === flow.series.length ? 'every series' : `${exploding} of ${flow.series.length} series`
    return `In ${where} the gradient grows with the lag: it explodes, and clipping bounds each update.`
  }
  const reach = reachOf(flow)
  if (reach === 0) return 'A reading counts for its own step only: the gradient vanishes at once.'
  const steps = `${countOf(reach, 'step')} (${spanText(reach * cadenceMs)})`
  return reach === flow.lags.at(-1)
    ? `A reading still counts after all of the ${steps} shown; nothing explodes.`
    : `A reading still counts for about ${steps}; nothing explodes.`
}

/** The sentence, or why there is no picture and when there will be one. */
export function panelWords(answer: GradientsAnswer | null, cadenceMs: number): string {
  if (answer === null) return 'Asking for it…'
  if (answer.gradientFlow !== null) return flowSentence(answer.gradientFlow, cadenceMs)
  return answer.version === 0
    ? 'The untrained net has learned nothing yet: this is drawn after the first training.'
    : `Nobody measured weights v${answer.version}: this is drawn again after the next training.`
}

export function panelAbout({ version, gradientFlow }: GradientsAnswer): string {
  const what = 'How strongly the loss depends on the hidden state some steps before'
  if (gradientFlow === null) return what
  return `${what} · weights v${version} · × ${gradientFlow.decayPerLag.toPrecision(2)} per step back`
}

/** One cell in words: `ATL, 5 steps (5 h) back: 0.0123, 8 % of lag 0`. */
export function cellWords(row: SeriesGradientNorms, place: number, lag: number, cadenceMs: number): string {
  const norm = row.norms[place]!
  const start = row.norms[0]!
  const when =
    lag === 0 ? 'at the origin itself' : `${countOf(lag, 'step')} (${spanText(lag * cadenceMs)}) back`
  const share = start > 0 && lag > 0 ? `, ${portionText(norm / start)} of lag 0` : ''
  return `${row.series}, ${when}: ${normText(norm)}${share}`
}

/** Norms span many powers of ten: three digits, and the power where there are more noughts than one reads. */
export function normText(norm: number): string {
  if (norm === 0) return '0'
  if (norm >= 0.001 && norm < 10_000) return String(Number(norm.toPrecision(3)))
  const [digits, power] = norm.toExponential(1).split('e')
  return `${digits} × ${powerText(Number(power))}`
}

/** 10⁻⁴ */
export function powerText(power: number): string {
  if (power === 0) return '1'
  const raised = [...String(power)].map((sign) => (sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)]))
  return `10${raised.join('')}`
}

function portionText(share: number): string {
  if (share > 10) return `${normText(Number(share.toPrecision(2)))} times that`
  return share < 0.001 ? 'less than 0.1 %' : shareText(share, share < 0.1 ? 1 : 0)
}
