import { FAULT_REASONS } from '#shared/pipeline/batch-outcome'
import type { BacktestReport } from './backtest-report.js'
import { LEFT_OUT } from './left-out.js'

/** What a report is made of, and whether figures are in it; `vs` and `paired` belong to a comparison. */
const PARTS = {
  ...{ mse: true, mae: true, mase: true, crps: true, skill: true, coverage: true, quantiles: true },
  ...{
    byLead: true,
    experts: true,
    windows: true,
    origins: true,
    series: true,
    horizon: true,
    cadenceMs: true,
  },
  ...{
    events: true,
    leftOut: true,
    eventsPerSecond: true,
    processorSeconds: true,
    trainingSeconds: true,
    trainings: true,
  },
  ...{
    verdicts: true,
    driftAlarms: true,
    source: false,
    scoredFrom: false,
    standardised: false,
    vs: true,
    paired: true,
  },
} satisfies Record<keyof BacktestReport | 'vs' | 'paired', boolean>

/** Parts that only a comparison's report has. */
export const COMPARISON_PARTS: readonly string[] = ['vs', 'paired']
export const REPORT_PARTS: readonly string[] = Object.entries(PARTS).flatMap(([part, has]) =>
  has ? [part] : [],
)
/** Parts that tell of learning. */
const LEARNING_PARTS: readonly string[] = ['trainings', 'trainingSeconds', 'verdicts', 'driftAlarms']

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
  /** Where there is none: the last part of its path that the report has, and the names in it. */
  readonly missing: MissingFigure | null
  readonly fails: boolean
}

export interface MissingFigure {
  /** The report has the place, but nothing could be measured. */
  readonly unknown: boolean
  /** Empty for the report itself. */
  readonly within: string
  readonly names: readonly string[]
}

/** Paths of the reasons for which readings are left out; a report has those alone that occurred. */
const REASONS: ReadonlySet<string> = new Set(
  [...LEFT_OUT, ...FAULT_REASONS].flatMap((reason) => [`leftOut.${reason}`, `vs.leftOut.${reason}`]),
)

/** A figure that is missing or no number fails: a check that measures nothing must not pass. */
export function checkCondition(report: object, condition: FailCondition): ConditionResult {
  const said = figureAt(report, condition.path, '')
  const found = typeof said !== 'number' && REASONS.has(condition.path) ? 0 : said
  if (typeof found !== 'number') return { condition, value: null, missing: found, fails: true }
  return { condition, value: found, missing: null, fails: COMPARE[condition.compare](found, condition.bound) }
}

/** What a condition asks for that no run of a configuration can measure. */
export type OutOfReach = { readonly why: 'no-learning' } | ({ readonly why: 'missing' } & MissingFigure)

/**
 * Whether a condition asks for a figure that the report of a run will not have, known before any event is scored.
 * @param unscored the report of that run before its first event: it has every name already
 * @param learns whether the run trains, and that of the configuration that it is compared with
 */
export function outOfReach(
  unscored: object,
  condition: FailCondition,
  learns: { readonly own: boolean; readonly vs: boolean },
): OutOfReach | null {
  const [own = '', ...inner] = condition.path.split('.')
  const [part = '', ...entry] = own === 'vs' ? inner : [own, ...inner]
  if (LEARNING_PARTS.includes(part)) {
    if (!learns[own === 'vs' ? 'vs' : 'own']) return { why: 'no-learning' }
    // What stands in a list comes with the run.
    if (entry.length > 0) return null
  }
  const { missing } = checkCondition(unscored, condition)
  return missing === null || missing.unknown ? null : { why: 'missing', ...missing }
}

/** A list's figure is how long it is. Names may hold dots themselves, as `coverage` → `0.8` does, so the longest name that fits is taken. */
function figureAt(part: object, path: string, within: string): number | MissingFigure {
  const steps = path.split('.')
  for (let length = steps.length; length > 0; length--) {
    const name = steps.slice(0, length).join('.')
    if (!Object.hasOwn(part, name)) continue
    const found = (part as Record<string, unknown>)[name]
    if (length === steps.length) {
      if (typeof found === 'number' && Number.isFinite(found)) return found
      if (found === null || typeof found === 'number') return { unknown: true, within: '', names: [] }
      if (Array.isArray(found)) return found.length
      if (typeof found === 'object') {
        return { unknown: false, within: `${within}${name}`, names: Object.keys(found as object) }
      }
    } else if (typeof found === 'object' && found !== null) {
      return figureAt(found, steps.slice(length).join('.'), `${within}${name}.`)
    }
  }
  return { unknown: false, within: within.slice(0, -1), names: Object.keys(part) }
}
