import { type FailCondition, type MissingFigure, outOfReach } from '#services/backtester/fail-condition'
import { UsageError } from '../usage-error.js'

/** Names that are listed after one that is not there. */
const NAMES_SHOWN = 12

/** What there is instead of a figure. */
export function tellMissing({ path }: FailCondition, missing: MissingFigure | null): string {
  const { unknown = false, within = '', names = [] } = missing ?? {}
  if (unknown) return `${path} is not known: there was too little to measure it on`
  const shown = names.slice(0, NAMES_SHOWN).join(', ')
  const there = names.length > NAMES_SHOWN ? `${shown}, …` : shown
  return `the report has no figure ${path}; ${within === '' ? 'it' : within} has ${there || 'none'}`
}

/**
 * Better now than after minutes of work.
 * @param unscored the report before the first event
 * @throws UsageError for a condition on a figure that this run cannot have
 */
export function requireFigures(
  unscored: object,
  conditions: readonly FailCondition[],
  learns: { readonly own: boolean; readonly vs: boolean },
): void {
  for (const condition of conditions) {
    const beyond = outOfReach(unscored, condition, learns)
    if (beyond === null) continue
    const why =
      beyond.why === 'no-learning'
        ? 'nothing is trained in this run, so that there is nothing to tell of it'
        : tellMissing(condition, beyond)
    throw new UsageError(`--fail-if '${condition.text}': ${why}.`)
  }
}
