import type { BacktestObserver } from './backtest-run.js'

/** Several observers as one, each told in turn. */
export function observeAll(observers: readonly BacktestObserver[]): BacktestObserver {
  return {
    onForecast: (forecast) => {
      for (const observer of observers) observer.onForecast?.(forecast)
    },
    onOutcome: (outcome) => {
      for (const observer of observers) observer.onOutcome?.(outcome)
    },
    settle: async () => {
      for (const observer of observers) await observer.settle?.()
    },
  }
}
