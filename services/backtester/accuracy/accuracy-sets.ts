import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Feed } from '#shared/feed/feed'
import { FeedUnreachableError } from '#shared/feed/feed-errors'
import type { FeedOptions } from '#shared/feed/feed-options'
import { openFeed } from '#shared/feed/open-feed'
import { LEVELS } from '#shared/forecast/quantile-levels'
import { BASELINES } from '#shared/scoring/simple-baselines'
import type { AccuracyFigure, AccuracySet } from './accuracy-set.js'
import { scoreM4 } from './m4-score.js'
import { openRandomWalks } from './random-walks.js'

const WINDOWS = [1, 24, 48]

const file =
  (path: string, options: FeedOptions = {}) =>
  async (folder: string) => {
    const whole = join(folder, path)
    if (!existsSync(whole)) {
      throw new FeedUnreachableError(
        `There is no ${whole}: say with --data, or FORETIDE_DATA, where the public data lie (docs/accuracy.md).`,
      )
    }
    return openFeed({ file: whole, ...options })
  }

/** A transformer under the leak-free protocol of DSOF (ICLR 2025). @param quarter 4 where rows are quarters of an hour */
function transformer(
  name: string,
  quarter: number,
  targets: readonly number[],
  autoregression: readonly number[],
): AccuracySet {
  return {
    name,
    about: 'electricity transformer, MSE on the standardised scale, over the first leads',
    horizon: 48,
    protocol: {
      testFrom: 3600 * quarter,
      testTo: 14_400 * quarter,
      standardiseOn: { from: 0, to: 2880 * quarter },
      windows: WINDOWS,
    },
    control: true,
    open: file(`${name}.csv`),
    judge: ({ windows }) =>
      WINDOWS.map((leads, i) => {
        const { mse, experts } = windows![leads]!
        const { persistence, seasonal } = experts
        return {
          name: leads === 1 ? 'MSE 1' : `MSE 1–${leads}`,
          value: mse,
          target: targets[i]!,
          references: {
            persistence: persistence!.mse,
            'seasonal naive': seasonal!.mse,
            'RLS AR(60), published': autoregression[i]!,
          },
        }
      }),
  }
}

/** A stream of River, scored as `river_peers.py` does: origins from the 20th point on, each lead on its own. */
function stream(
  name: string,
  about: string,
  cadence: string,
  targets: readonly number[],
  snarimax: readonly number[],
): AccuracySet {
  return {
    name,
    about,
    horizon: 3,
    protocol: { testFrom: 21 },
    control: false,
    open: file(`river/${name}.csv`, { time: 'row', cadence, value: 'value', layout: 'wide' }),
    judge: ({ byLead, experts }) =>
      [1, 2, 3].map((lead, i) => ({
        name: `MAE lead ${lead}`,
        value: byLead[lead]!.mae,
        target: targets[i]!,
        references: {
          persistence: experts.persistence!.byLead[lead]!.mae,
          'SNARIMAX, published': snarimax[i]!,
        },
      })),
  }
}

const randomWalks: AccuracySet = {
  name: 'random-walks',
  about: 'seven generated walks; MSE over that of persistence, the worst of all leads',
  horizon: 48,
  protocol: { testFrom: 2000 },
  control: false,
  open: async () => openRandomWalks(),
  judge: ({ byLead, experts }) => {
    const persistence = experts.persistence!.byLead
    const ratios = Object.entries(byLead).map(([lead, { mse }]) => mse / persistence[lead]!.mse)
    return [{ name: 'MSE ratio', value: Math.max(...ratios), target: 1.015, references: { persistence: 1 } }]
  },
}

const m4Hourly: AccuracySet = {
  name: 'm4-hourly',
  about: '414 series of the M4 competition, its own split, one forecast of 48 hours each',
  horizon: 48,
  control: false,
  open: file('m4/Hourly-train.csv', { layout: 'rows', cadence: '1h' }),
  judge: async (_, last, folder): Promise<readonly AccuracyFigure[]> => {
    const read = async (name: string) =>
      valuesOf(await file(`m4/Hourly-${name}.csv`, { layout: 'rows', cadence: '1h' })(folder))
    const histories = await read('train')
    const outcomes = await read('test')
    const middle = LEVELS.indexOf(0.5)
    const naive = (history: readonly number[]) =>
      Array.from({ length: 48 }, (_value, h) => history[history.length - 24 + (h % 24)]!)
    const score = (forecastOf: (series: string, history: readonly number[]) => ArrayLike<number>) =>
      scoreM4(
        [...outcomes].map(([series, outcome]) => {
          const history = histories.get(series)!
          return { outcome, history, forecast: forecastOf(series, history) }
        }),
      )
    const ours = score((series) => last.get(series)!.quantiles.subarray(middle * 48, (middle + 1) * 48))
    const seasonal = score((_series, history) => naive(history))
    return [
      {
        name: 'MASE',
        value: ours.mase,
        target: 0.8,
        references: {
          'seasonal naive': seasonal.mase,
          'RNN benchmark': 3.048,
          'ES-RNN (winner)': 0.893,
          FFORMA: 0.819,
        },
      },
      {
        name: 'OWA',
        value: ours.owa,
        target: 0.45,
        references: { 'seasonal naive': seasonal.owa, Naive2: 1 },
      },
      {
        name: 'sMAPE',
        value: ours.smape,
        target: Number.NaN,
        references: { 'seasonal naive': seasonal.smape, Naive2: 18.383 },
      },
    ]
  },
}

const flights: AccuracySet = {
  name: 'flights',
  about: 'hourly departures of 50 airports, the last half; MAE, and MSE for the controls',
  horizon: 24,
  control: true,
  open: (_, cacheDir) => openFeed('demo:flights', { cacheDir }),
  judge: ({ byLead, experts }) => [
    ...[1, 24].map((lead): AccuracyFigure => {
      const simple = BASELINES.map((name) => [name, experts[name]!.byLead[lead]!.mae] as const)
      const best = Math.min(...simple.map(([, mae]) => mae))
      // At least 12 % below the best of the simple methods, whatever that is.
      return {
        name: `MAE lead ${lead}`,
        value: byLead[lead]!.mae,
        target: 0.88 * best,
        references: Object.fromEntries(simple),
      }
    }),
    ...[1, 24].map((leads): AccuracyFigure => {
      const meanOf = (scores: Readonly<Record<number, { readonly mse: number }>>) =>
        Array.from({ length: leads }, (_, h) => scores[h + 1]!.mse).reduce((sum, mse) => sum + mse, 0) / leads
      return {
        name: leads === 1 ? 'MSE 1' : `MSE 1–${leads}`,
        value: meanOf(byLead),
        target: Number.NaN,
        references: Object.fromEntries(BASELINES.map((name) => [name, meanOf(experts[name]!.byLead)])),
      }
    }),
  ],
}

/** What `foretide bench accuracy` measures. The published numbers are those of docs/accuracy.md. */
export const accuracySets: readonly AccuracySet[] = [
  transformer('ETTh1', 1, [0.197, 0.605, 0.721], [0.222, 0.672, 0.804]),
  transformer('ETTm2', 4, [0.151, 0.575, 0.921], [0.164, 0.697, 1.12]),
  randomWalks,
  stream(
    'trump',
    'approval of a president, 1,001 days; MAE',
    '1d',
    [0.153, 0.24, 0.309],
    [0.179, 0.269, 0.339],
  ),
  stream('airline', 'airline passengers, 144 months; MAE', '1mo', [9.9, 11.6, 13.5], [12.9, 16.7, 18.1]),
  m4Hourly,
  flights,
]

async function valuesOf(feed: Feed): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>()
  for await (const { series, value } of feed.readings()) {
    const values = found.get(series)
    if (values) values.push(value)
    else found.set(series, [value])
  }
  return found
}
