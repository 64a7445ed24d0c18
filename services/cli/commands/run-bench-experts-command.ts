import { type ExpertCost, measureExperts } from '#services/benchmarks/measure-experts'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import type { Preset } from '#shared/experts/expert-names'
import { countOf } from '#shared/words/count-of'
import type { CommandContext } from '../command-context.js'
import { INTERRUPTED } from '../interrupted.js'
import { formatCount } from '../terminal/figures.js'
import { ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { type Column, renderTable } from '../terminal/table.js'

export interface BenchExpertsFlags {
  readonly cadence?: string
  readonly horizon?: string
  readonly hidden?: string
  readonly rounds?: number
  readonly json?: boolean
}

const ROUNDS = 3

export async function runBenchExpertsCommand(
  { cadence = '1h', horizon, hidden, rounds = ROUNDS, json }: BenchExpertsFlags,
  { terminal, clock, stop }: CommandContext,
): Promise<number> {
  const settings = (preset: Preset) => {
    const flags = { horizon, hidden, preset, pipelines: { experts: { cadence } } }
    const pipeline = loadConfiguration({ flags, env: {} }).pipelines[0]!
    return pipeline.resolve(pipeline.cadenceMs!)
  }
  const meter = new ProgressMeter(new StatusLine(terminal.err), clock, (_, { done, total }) =>
    terminal.err.write(`${done} of ${total} runs\n`),
  )
  const beganMs = clock.now()
  const costs = await measureExperts({
    ...{ settings, rounds, signal: stop },
    onProgress: (done, total) => {
      const perSecond = (1000 * done) / Math.max(1, clock.now() - beganMs)
      meter.update('bench experts', { done, total, perSecond, secondsLeft: (total - done) / perSecond })
    },
  }).finally(() => meter.finish('bench experts'))
  if (stop.aborted) return INTERRUPTED
  if (json) for (const cost of costs) terminal.out.write(`${JSON.stringify(cost)}\n`)
  else terminal.out.write(`${describeExpertCosts(costs, settings('lean').horizon, cadence).join('\n')}\n`)
  return 0
}

function describeExpertCosts(costs: readonly ExpertCost[], horizon: number, cadence: string): string[] {
  const right = (title: string): Column => ({ title, align: 'right' })
  const more = (value: number | null, digits: number) => (value === null ? '' : value.toFixed(digits))
  return [
    `Every ${cadence}, ${countOf(horizon, 'lead')}; processor time of the line, without reading and writing the log.`,
    '',
    ...renderTable(
      [
        { title: '', align: 'left' },
        ...['bytes per series', 'µs per event', 'bytes more', 'µs more'].map(right),
      ],
      costs.map(({ name, bytesPerSeries, microsecondsPerEvent, bytesMore, microsecondsMore }) => [
        ...[name, formatCount(bytesPerSeries), microsecondsPerEvent.toFixed(1)],
        ...[bytesMore === null ? '' : formatCount(bytesMore), more(microsecondsMore, 1)],
      ]),
    ),
    '',
    'More: than persistence alone.',
  ]
}
