import type { FeedFindings } from '#shared/feed/feed'
import { printable } from '#shared/telemetry/structured-log'
import { countOf } from '#shared/words/count-of'

/** Tell what a person should know about how a source was understood. */
export function tellFindings({ warnings, rejected }: FeedFindings, tell: (line: string) => void): void {
  for (const warning of warnings) tell(printable(warning))
  if (rejected.count === 0) return
  const { count } = rejected
  tell(
    `${countOf(count, 'cell')} could not be read and ${count === 1 ? 'was left out:' : 'were left out, among them:'}`,
  )
  for (const { line, column, text } of rejected.examples) {
    tell(printable(`  line ${line}, ${column}: ${JSON.stringify(text.slice(0, 60))}`))
  }
}
