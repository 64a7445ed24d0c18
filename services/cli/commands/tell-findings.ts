import type { FeedFindings } from '#shared/feed/feed'
import { printable } from '#shared/telemetry/structured-log'
import { formatCount } from '../terminal/figures.js'

/** Tell what a person should know about how a source was understood. */
export function tellFindings({ warnings, rejected }: FeedFindings, tell: (line: string) => void): void {
  for (const warning of warnings) tell(warning)
  if (rejected.count === 0) return
  tell(`${formatCount(rejected.count)} cells could not be read and were left out, among them:`)
  for (const { line, column, text } of rejected.examples) {
    tell(printable(`  line ${line}, ${column}: ${JSON.stringify(text.slice(0, 60))}`))
  }
}
