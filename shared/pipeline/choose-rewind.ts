import type { SampleSpan } from '#shared/learning/sample-span'
import type { Offset } from '#shared/log/port'
import type { Decision, RewindDecision } from './decision.js'
import { type PartitionHistory, replayStart } from './partition-history.js'

/**
 * The offset to go back to, so that no state of it has learned from a marked span: that of the last snapshot before all of
 * that, or else the first record.
 *
 * @param spans that are marked
 * @param beforeMs go back to before this time, whatever the spans say; null: as the spans want it
 * @returns null when nothing so old is kept
 */
export function chooseRewind(
  history: PartitionHistory,
  spans: readonly SampleSpan[],
  beforeMs: number | null,
): Offset | null {
  const { snapshots, position, input } = history
  const rewinds = history.decisions.filter(
    (decision): decision is RewindDecision => decision.kind === 'rewind',
  )
  const masked = rewinds.at(-1)?.spans ?? []
  // What has come or gone since the last rewind; the rest the states are free of already.
  const changed = [
    ...spans.filter((span) => !holds(masked, span)),
    ...masked.filter((span) => !holds(spans, span)),
  ]
  const timeMs = beforeMs ?? Math.min(...changed.map(({ fromMs }) => fromMs))
  let limit = Number.POSITIVE_INFINITY
  // A snapshot between an earlier rewind and where that went back to has learned from what that one undid.
  for (;;) {
    const found = snapshots.findLast(
      (it) => it.streamTimeMs <= timeMs && it.until <= limit && it.from >= input.start,
    )
    const until = found?.until ?? position?.since ?? input.start
    const undone = rewinds.find((rewind) => rewind.until < until && until <= rewind.offset)
    if (undone) {
      limit = undone.until
      continue
    }
    return replayStart(history, until) ? until : null
  }
}

/** The spans that rewinds before `offset` have masked, which stay masked. */
export function maskedAt(decisions: readonly Decision[], offset: Offset): readonly SampleSpan[] {
  const last = decisions.findLast((decision) => decision.kind === 'rewind' && decision.offset <= offset)
  return last?.kind === 'rewind' ? last.spans : []
}

function holds(spans: readonly SampleSpan[], { series, fromMs, toMs }: SampleSpan): boolean {
  return spans.some((it) => it.series === series && it.fromMs === fromMs && it.toMs === toMs)
}
