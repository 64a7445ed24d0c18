import type { Gauge } from 'prom-client'
import type { METRICS } from './metric-catalogue.js'
import type { LiveScores, PipelineMetrics } from './pipeline-metrics.js'

/** Where to look for how good the forecasts of each pipeline are. */
export type LiveSources = Map<string, Parameters<PipelineMetrics['live']>[0]>

type Figure = readonly [labels: Readonly<Record<string, string>>, value: number]

/** What the gauges show that are looked up whenever the metrics are read, with their labels beside pipeline and lead band. */
const FIGURES: Partial<Record<keyof typeof METRICS, (of: LiveScores) => readonly Figure[]>> = {
  liveMae: ({ mae }) => [[{}, mae]],
  liveMase: ({ mase }) => [[{}, mase]],
  liveCrps: ({ crps }) => [[{}, crps]],
  liveBias: ({ bias }) => [[{}, bias]],
  liveDrift: ({ drift }) => [[{}, drift]],
  liveCoverage: ({ coverage50, coverage80, coverage95 }) => [
    [{ level: '0.5' }, coverage50],
    [{ level: '0.8' }, coverage80],
    [{ level: '0.95' }, coverage95],
  ],
}

/** Has prom-client fill a gauge of live scores before it is read; nothing for any other. What is not finite is left out. */
export function collectsLive(key: keyof typeof METRICS, live: LiveSources): { collect?(this: Gauge): void } {
  const figures = FIGURES[key]
  if (!figures) return {}
  return {
    collect() {
      for (const [pipeline, scores] of live) {
        for (const [lead_band, of] of scores()) {
          for (const [labels, value] of figures(of)) {
            if (Number.isFinite(value)) this.set({ pipeline, lead_band, ...labels }, value)
          }
        }
      }
    },
  }
}
