/** A figure of a report that must not pass a bound. */
export interface FailCondition {
  readonly text: string
  /** Names of the figure within the report, such as `byLead`, `24`, `mae`. */
  readonly path: string
  readonly compare: '<' | '<=' | '>' | '>='
  readonly bound: number
}

const COMPARE = {
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
}

/** `mase>0.9`, `coverage.0.8 < 0.75`; null when it is none. */
export function parseFailCondition(text: string): FailCondition | null {
  const [, path, compare, bound] = /^\s*([A-Za-z][\w.-]*)\s*(<=|>=|<|>)\s*(\S+)\s*$/.exec(text) ?? []
  const number = Number(bound)
  if (path === undefined || bound === undefined || !Number.isFinite(number)) return null
  return { text: text.trim(), path, compare: compare as FailCondition['compare'], bound: number }
}

/** What a condition comes to: the figure, and whether it passes the bound. */
export interface ConditionResult {
  readonly condition: FailCondition
  /** null: the report has no such figure. */
  readonly value: number | null
  readonly fails: boolean
}

/** A figure that is missing or no number fails: a check that measures nothing must not pass. */
export function checkCondition(report: object, condition: FailCondition): ConditionResult {
  const value = figureAt(report, condition.path)
  const fails = value === null || COMPARE[condition.compare](value, condition.bound)
  return { condition, value, fails }
}

/** Names may hold dots themselves, as `coverage` → `0.8` does, so the longest name that fits is taken. */
function figureAt(part: unknown, path: string): number | null {
  if (typeof part !== 'object' || part === null) return null
  const steps = path.split('.')
  for (let length = steps.length; length > 0; length--) {
    const name = steps.slice(0, length).join('.')
    if (!Object.hasOwn(part, name)) continue
    const found = (part as Record<string, unknown>)[name]
    if (length === steps.length) return typeof found === 'number' && Number.isFinite(found) ? found : null
    return figureAt(found, steps.slice(length).join('.'))
  }
  return null
}
