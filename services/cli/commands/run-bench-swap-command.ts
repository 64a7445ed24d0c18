import { runSwapBench, type SwapPhase, type SwapReport } from '#services/benchmarks/run-swap-bench'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import type { CommandContext } from '../command-context.js'
import { INTERRUPTED } from '../interrupted.js'
import { formatCount } from '../terminal/figures.js'
import { ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { type Column, renderTable } from '../terminal/table.js'

export interface BenchSwapFlags {
  readonly series?: number
  readonly batch?: number
  readonly passes?: number
  readonly failBelowFloors?: boolean
  readonly json?: boolean
}

const HOUR = 3_600_000
const SERIES = 100_000
const BATCH = 200
const PASSES = 2
/** What the 99th percentile of a batch has to stay below, milliseconds. */
const P99_MAX = 50
const PHASE_WORDS: Readonly<Record<SwapPhase, string>> = {
  none: 'nothing happens',
  promotion: 'after a promotion',
  pin: 'after a pin, catching up',
}

export async function runBenchSwapCommand(
  { series = SERIES, batch = BATCH, passes = PASSES, failBelowFloors, json }: BenchSwapFlags,
  { terminal, clock, stop }: CommandContext,
): Promise<number> {
  const configuration = loadConfiguration({
    flags: { pipelines: { swap: { cadence: '1h', horizon: 24, seriesMax: 2 * series } } },
    env: {},
  })
  const status = new StatusLine(terminal.err)
  const meter = new ProgressMeter(status, clock, (_, { done, total }) =>
    terminal.err.write(`${formatCount(done)} of ${formatCount(total)} samples\n`),
  )
  const startedMs = clock.now()
  const report = await runSwapBench({
    ...{ settings: configuration.pipelines[0]!.resolve(HOUR), series, batch, passes, clock, signal: stop },
    onProgress: (done, total) => {
      const perSecond = done / Math.max(0.001, (clock.now() - startedMs) / 1000)
      const secondsLeft = perSecond > 0 ? (total - done) / perSecond : null
      meter.update('bench swap', { done, total, perSecond, secondsLeft })
    },
  }).finally(() => meter.finish('bench swap'))
  if (stop.aborted) return INTERRUPTED
  terminal.out.write(`${json ? JSON.stringify(report) : describe(report).join('\n')}\n`)
  const late = report.phases.some(({ p99Ms }) => p99Ms > P99_MAX)
  return failBelowFloors && late ? 1 : 0
}

function describe({ series, batch, stateBytes, residentBytes, phases }: SwapReport): string[] {
  const columns: Column[] = [
    { title: '', align: 'left' },
    ...['batches', 'median', 'p99', 'worst', 'median CPU', 'p99 CPU'].map(
      (title): Column => ({ title, align: 'right' }),
    ),
  ]
  const ms = (value: number) => `${value.toFixed(1)} ms`
  const rows = phases.map(({ phase, batches, medianMs, p99Ms, maxMs, medianCpuMs, p99CpuMs }) => [
    ...[PHASE_WORDS[phase], formatCount(batches), ms(medianMs), ms(p99Ms), ms(maxMs)],
    ...[ms(medianCpuMs), ms(p99CpuMs)],
  ])
  return [
    ...renderTable(columns, rows),
    '',
    `${formatCount(series)} series in memory, ${(stateBytes / 1024).toFixed(0)} KiB each as saved, ${(residentBytes / 2 ** 30).toFixed(1)} GiB in all; batches of ${batch} records, two versions stepped.`,
    `p99 has to stay below ${P99_MAX} ms.`,
  ]
}
