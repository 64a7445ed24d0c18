/** Forecast of one series' end, what came, and what came before. */
export interface M4Series {
  /** [H] */
  readonly forecast: ArrayLike<number>
  /** [H] */
  readonly outcome: ArrayLike<number>
  readonly history: ArrayLike<number>
}

export interface M4Score {
  readonly mase: number
  /** Percent. */
  readonly smape: number
  readonly owa: number
}

const SEASON = 24
/** MASE and sMAPE of Naive2 on the hourly series, from the organisers' workbook. */
const NAIVE2 = { mase: 2.395, smape: 18.383 }

/**
 * The M4 competition's measures on its hourly series [Makridakis, Spiliotis and Assimakopoulos 2020]: MASE over the mean
 * absolute difference of a day in the history, symmetric MAPE, and their mean relative to Naive2; means over the series.
 */
export function scoreM4(series: readonly M4Series[]): M4Score {
  let mase = 0
  let smape = 0
  for (const { forecast, outcome, history } of series) {
    let change = 0
    for (let t = SEASON; t < history.length; t++) change += Math.abs(history[t]! - history[t - SEASON]!)
    const scale = change / (history.length - SEASON)
    const horizon = outcome.length
    for (let h = 0; h < horizon; h++) {
      const error = Math.abs(outcome[h]! - forecast[h]!)
      mase += error / scale / horizon
      smape += (200 * error) / (Math.abs(outcome[h]!) + Math.abs(forecast[h]!)) / horizon
    }
  }
  mase /= series.length
  smape /= series.length
  return { mase, smape, owa: (mase / NAIVE2.mase + smape / NAIVE2.smape) / 2 }
}
