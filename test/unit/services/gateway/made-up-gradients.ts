import { encodeWeights } from '#shared/contracts/weights'
import type { NewRecord } from '#shared/log/port'
import type { GradientFlowFigures } from '#shared/recurrent/gradient-flow-figures'
import { untrainedWeights } from '#shared/recurrent/untrained-weights'
import { repeatableNumbers } from './made-up-forecasts.js'

/** Figures as a trainer could have measured them: each series with a size of its own, all changing by about `factor` a lag. */
export function madeUpGradients(series: readonly string[], factor = 0.75, lagMax = 31): GradientFlowFigures {
  const random = repeatableNumbers(9)
  const lags = Array.from({ length: lagMax + 1 }, (_, lag) => lag)
  return {
    lags,
    series: series.map((name) => {
      const size = 0.05 + 0.3 * random()
      const own = factor * (0.94 + 0.12 * random())
      return {
        series: name,
        norms: lags.map((lag) => Number((size * own ** lag * (0.9 + 0.2 * random())).toPrecision(6))),
      }
    }),
    decayPerLag: factor,
  }
}

/** The record of a weights version that says so. */
export function weightsRecordWith(version: number, gradientFlow: GradientFlowFigures | null): NewRecord {
  const { manifest, values } = untrainedWeights({
    cell: 'gru',
    layers: 1,
    inputs: 2,
    hidden: 2,
    outputs: 2,
    output: 'linear',
    headReadsInput: false,
    featureLayout: 'made up',
    seed: 1,
  })
  return {
    partition: 0,
    key: Buffer.from(`version:${version}`),
    value: encodeWeights({ manifest: { ...manifest, version, gradientFlow }, values }),
    headers: [],
    timestamp: 0,
  }
}
