import { BASELINES } from '#shared/scoring/simple-baselines'
import type { BacktestReport } from './backtest-report.js'

/** A simple method, and the share by which the forecasts err less than it; below 0 where they err more. */
export interface StrongestSimple {
  readonly name: string
  readonly skill: number
}

/**
 * The simple method with the least mean absolute error, for what skill is measured against may be a weak one; null where
 * no other is stronger, or it never errs.
 */
export function strongestSimple({
  mae,
  experts,
}: Pick<BacktestReport, 'mae' | 'experts'>): StrongestSimple | null {
  const naive = 'seasonal-week' in experts ? 'seasonal-week' : 'seasonal'
  let name = naive
  for (const other of BASELINES) {
    if (other in experts && experts[other]!.mae < (experts[name]?.mae ?? 0)) name = other
  }
  const skill = 1 - mae / (experts[name]?.mae ?? 0)
  return name !== naive && Number.isFinite(skill) ? { name, skill } : null
}
