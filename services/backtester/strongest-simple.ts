import { BASELINES } from '#shared/scoring/simple-baselines'
import type { BacktestReport } from './backtest-report.js'
import { naiveName } from './naive-text.js'

/** A simple method, and the share by which the forecasts err less than it; below 0 where they err more. */
export interface StrongestSimple {
  readonly name: string
  readonly skill: number
}

/**
 * The simple method with the least mean absolute error, for what skill is measured against may be a weak one; null where
 * no other is stronger, or it never errs.
 */
export function strongestSimple(report: Pick<BacktestReport, 'mae' | 'experts'>): StrongestSimple | null {
  const { mae, experts } = report
  const maeOf = (name: string) => experts[name]?.mae ?? 0
  const naive = naiveName(report)
  let name = naive
  for (const other of BASELINES) if (other in experts && maeOf(other) < maeOf(name)) name = other
  const skill = 1 - mae / maeOf(name)
  return name !== naive && Number.isFinite(skill) ? { name, skill } : null
}
