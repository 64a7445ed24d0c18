import type { ReplayReport } from '#services/replayer/run-replay'
import type { Difference } from '#services/replayer/topic-comparison'
import { countOf } from '#shared/words/count-of'
import { formatCount, formatSeconds } from '../terminal/figures.js'
import { renderTable } from '../terminal/table.js'

/** Characters shown around the first one that differs. */
const SHOWN = 60

/** @param prefix of the topics that were published to; null for none */
export function describeReplay(report: ReplayReport, prefix: string | null): string[] {
  const { pipeline, partitions, checked, difference, complete, seconds } = report
  const right = (title: string) => ({ title, align: 'right' }) as const
  const table = renderTable(
    [
      ...[right('partition'), right('from'), right('to'), right('read from')],
      ...[right('forecasts'), right('scores'), right('lifecycle'), right('dead letters')],
    ],
    partitions.map(({ partition, from, to, warmFrom, snapshot, outcomes }) => [
      ...[String(partition), String(from), String(to)],
      `${warmFrom}${snapshot === null ? '' : ' (snapshot)'}`,
      ...[outcomes.forecasts, outcomes.scores, outcomes.lifecycle, outcomes.deadLetters].map(formatCount),
    ]),
  )
  const lines = [`${pipeline}, replayed in ${formatSeconds(seconds)}`, ...table.map((line) => `  ${line}`)]
  if (prefix !== null) lines.push(`Published under ${prefix}.${pipeline}.`)
  if (checked && !difference) {
    lines.push(
      `${countOf(checked.same, 'outcome, the same', 'outcomes, all the same')} as production's, byte for byte.`,
    )
  }
  if (checked && checked.notKept > 0) {
    lines.push(`${countOf(checked.notKept, 'more is', 'more are')} no longer kept by production.`)
  }
  if (difference) lines.push(...describeDifference(difference))
  else if (!complete) lines.push('Stopped before the end of the range.')
  return lines
}

function describeDifference(difference: Difference): string[] {
  const { topic, partition, offset, inputOffset, part, production, replay } = difference
  const of = `of the input record at offset ${inputOffset}`
  if (part === 'missing') {
    return [
      `DIFFERENT: ${topic}, partition ${partition} has no outcome ${of}; the replay gives`,
      `  ${replay}`,
    ]
  }
  const where = `${topic}, partition ${partition}, offset ${offset}`
  if (part === 'surplus')
    return [`DIFFERENT: ${where} is an outcome ${of} that the replay does not give:`, `  ${production}`]
  const [a, b] = [production ?? '', replay ?? '']
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  const from = Math.max(0, at - SHOWN / 2)
  return [
    `DIFFERENT: ${where}, an outcome ${of}: the ${part} differ${part === 'headers' ? '' : 's'} from character ${at} on`,
    `  production … ${a.slice(from, from + SHOWN)}`,
    `  replay     … ${b.slice(from, from + SHOWN)}`,
  ]
}
