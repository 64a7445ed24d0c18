import type { Offset } from '#shared/log/port'
import { chooseRewind } from './choose-rewind.js'
import type { ControlRequests } from './control-requests.js'
import type { Decision } from './decision.js'
import type { PartitionHistory } from './partition-history.js'

/**
 * Turn what operators have asked for since `taken` into decisions of a partition that take effect at `offset`. Of several
 * rewinds the last one counts.
 * @returns the decisions, up to where requests are taken now, and whether a rewind cannot be had
 */
export function decideControl(
  control: ControlRequests,
  taken: Offset,
  offset: Offset,
  history: PartitionHistory,
): { readonly decisions: readonly Decision[]; readonly taken: Offset; readonly refused: boolean } {
  const asked = control.all.filter((request) => request.offset > taken)
  const decisions: Decision[] = []
  for (const request of asked) {
    if (request.kind === 'rewind') continue
    const { kind, id } = request
    const span = request.kind === 'exclude' ? request.span : null
    decisions.push({ offset, kind, id, span, request: request.offset })
  }
  const rewind = asked.findLast(({ kind }) => kind === 'rewind')
  let refused = false
  if (rewind?.kind === 'rewind') {
    const spans = [...control.spans(rewind.offset).values()]
    const until = chooseRewind(history, spans, rewind.beforeMs)
    refused = until === null
    if (until !== null) decisions.push({ offset, kind: 'rewind', until, spans, request: rewind.offset })
  }
  return { decisions, taken: asked.at(-1)?.offset ?? taken, refused }
}
