import type { BacktestObserver } from './backtest-run.js'

/** Several observers as one, each told in turn. What none of them looks at, it does not look at either. */
export function observeAll(observers: readonly BacktestObserver[]): BacktestObserver {
  const forecasts = observers.filter(({ onForecast }) => onForecast)
  const outcomes = observers.filter(({ onOutcome }) => onOutcome)
  return {
    ...(forecasts.length > 0 && {
      onForecast: (forecast) => {
        for (const observer of forecasts) observer.onForecast?.(forecast)
      },
    }),
    ...(outcomes.length > 0 && {
      onOutcome: (outcome) => {
        for (const observer of outcomes) observer.onOutcome?.(outcome)
      },
    }),
    settle: async () => {
      for (const observer of observers) await observer.settle?.()
    },
  }
}
