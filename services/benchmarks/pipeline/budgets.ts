/** What a figure of the pipeline bench has to reach, and what it is to reach. */
export interface Budget {
  readonly name: string
  /** For people: what is measured. */
  readonly about: string
  readonly unit: 'events/s' | 'steps/s' | 'times' | 'ms' | 's'
  readonly floor: number
  readonly goal: number
  /** Whether more is better, or less. */
  readonly better: 'more' | 'less'
}

/** goal: reached; floor: between the two; missed: worse than its floor; absent: could not be measured, and says why. */
export type Verdict = 'goal' | 'floor' | 'missed' | 'absent'

/** A measured budget. */
export interface PipelineFigure extends Budget {
  /** Median of the runs; null where it could not be measured. */
  readonly value: number | null
  readonly runs: readonly number[]
  readonly verdict: Verdict
  /** What else is to be known of it. */
  readonly note: string
}

const more = { better: 'more' } as const
const less = { better: 'less' } as const

/** In the order in which they are measured and printed. */
export const BUDGETS = {
  steps: {
    ...{ name: 'gru-64-steps', about: 'GRU-64 steps, batches of 48, kernel, one core', unit: 'steps/s' },
    ...{ floor: 450_000, goal: 650_000, ...more },
  },
  backtestMinimal: {
    ...{ name: 'backtest-minimal', about: 'backtest, 24 leads, minimal, one core', unit: 'events/s' },
    ...{ floor: 40_000, goal: 120_000, ...more },
  },
  backtestLean: {
    ...{ name: 'backtest-lean', about: 'backtest, 24 leads, lean, one core', unit: 'events/s' },
    ...{ floor: 12_000, goal: 30_000, ...more },
  },
  deepRiver: {
    ...{ name: 'vs-deep-river', about: 'lean, 3 leads, against deep-river GRU, one core', unit: 'times' },
    ...{ floor: 50, goal: 150, ...more },
  },
  deepRiverAirline: {
    ...{ name: 'vs-deep-river-airline', about: 'the same on airline passengers by the month', unit: 'times' },
    ...{ floor: 50, goal: 150, ...more },
  },
  deepRiverTrump: {
    ...{ name: 'vs-deep-river-trump', about: 'the same on a president’s approval by the day', unit: 'times' },
    ...{ floor: 50, goal: 150, ...more },
  },
  embeddedMinimal: {
    ...{ name: 'embedded-minimal', about: 'embedded log end to end, 24 leads, minimal', unit: 'events/s' },
    ...{ floor: 12_000, goal: 30_000, ...more },
  },
  embeddedLean: {
    ...{ name: 'embedded-lean', about: 'embedded log end to end, 24 leads, lean', unit: 'events/s' },
    ...{ floor: 7_000, goal: 18_000, ...more },
  },
  latency: {
    ...{ name: 'event-to-forecast-p99', about: 'event to forecast, p99 at half of that load', unit: 'ms' },
    ...{ floor: 100, goal: 30, ...less },
  },
  start: {
    ...{ name: 'start-to-forecast', about: 'npm start to the first forecast', unit: 's' },
    ...{ floor: 5, goal: 2, ...less },
  },
} as const satisfies Record<string, Budget>

export type BudgetKey = keyof typeof BUDGETS
export const BUDGET_KEYS = Object.keys(BUDGETS) as BudgetKey[]

/** @param value null where it could not be measured */
export function judgeBudget({ floor, goal, better }: Budget, value: number | null): Verdict {
  if (value === null || Number.isNaN(value)) return 'absent'
  const reaches = (bound: number) => (better === 'more' ? value >= bound : value <= bound)
  return reaches(goal) ? 'goal' : reaches(floor) ? 'floor' : 'missed'
}
