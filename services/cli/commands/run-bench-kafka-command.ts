import { availableParallelism } from 'node:os'
import { startBenchBroker } from '#services/benchmarks/kafka/bench-broker'
import type { KafkaBenchOptions } from '#services/benchmarks/kafka/kafka-bench-options'
import {
  KAFKA_FLOORS,
  type KafkaSummary,
  missedKafkaFloors,
  summariseKafkaBench,
} from '#services/benchmarks/kafka/kafka-summary'
import { type LatencyAtLoad, runKafkaLatency } from '#services/benchmarks/kafka/latency-at'
import type { Drained } from '#services/benchmarks/kafka/measure-drain'
import { type KafkaBenchReport, runKafkaBench } from '#services/benchmarks/kafka/run-kafka-bench'
import type { CommandContext } from '../command-context.js'
import { INTERRUPTED } from '../interrupted.js'
import { formatCount, formatShare, formatValue } from '../terminal/figures.js'
import { describeProgress, ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { type Column, renderTable } from '../terminal/table.js'

export interface BenchKafkaFlags {
  readonly brokers?: string
  readonly events?: number
  readonly series?: number
  readonly rounds?: number
  readonly quick?: boolean
  readonly latencyAt?: number
  readonly failBelowFloors?: boolean
  readonly json?: boolean
}

const FULL = { events: 120_000, series: 1_000, rounds: 3, settleMs: 30_000, latencyMs: 30_000 }
const QUICK = { events: 36_000, series: 600, rounds: 1, settleMs: 5_000, latencyMs: 10_000 }

export async function runBenchKafkaCommand(
  flags: BenchKafkaFlags,
  { terminal, clock, stop }: CommandContext,
): Promise<number> {
  const { events, series, rounds, ...latency } = flags.quick ? QUICK : FULL
  const status = new StatusLine(terminal.err)
  const meter = new ProgressMeter(status, clock, (name, progress) =>
    terminal.err.write(`${name}: ${describeProgress(progress)}\n`),
  )
  let stage = ''
  let stageMs = 0
  const broker = flags.brokers
    ? { brokers: flags.brokers.split(','), version: '', stop: async () => undefined }
    : await startBenchBroker().catch((error: unknown) => {
        if (stop.aborted) return null
        throw error
      })
  if (broker === null) return INTERRUPTED
  const options: KafkaBenchOptions = {
    ...{ ...latency, brokers: broker.brokers, clock, signal: stop },
    events: flags.events ?? events,
    series: flags.series ?? series,
    rounds: flags.rounds ?? rounds,
    onStage: (name) => {
      if (stage !== '') meter.finish(stage)
      stage = name
      stageMs = clock.now()
    },
    onProgress: (done, total) => {
      const perSecond = (done * 1000) / Math.max(1, clock.now() - stageMs)
      meter.update(stage, {
        done,
        total,
        perSecond,
        secondsLeft: done === 0 ? null : (total - done) / perSecond,
      })
    },
    onMeasured: (what, drained) => {
      if (flags.json) terminal.out.write(`${JSON.stringify({ what, ...drained })}\n`)
    },
  }
  let report: KafkaBenchReport
  try {
    if (flags.latencyAt !== undefined) {
      const latency = await runKafkaLatency(flags.latencyAt, options)
      if (stop.aborted) return INTERRUPTED
      terminal.out.write(`${flags.json ? JSON.stringify({ latency }) : describeLatency(latency)}\n`)
      return 0
    }
    report = await runKafkaBench(options)
  } catch (error) {
    if (stop.aborted) return INTERRUPTED
    throw error
  } finally {
    meter.finish(stage)
    await broker.stop()
  }
  const summary = summariseKafkaBench(report)
  const cores = availableParallelism()
  const missed = missedKafkaFloors(summary, cores)
  if (flags.json) {
    const { latency, bytesPerEvent } = report
    terminal.out.write(`${JSON.stringify({ latency, bytesPerEvent, cores, kafka: broker.version })}\n`)
    terminal.out.write(`${JSON.stringify(summary)}\n`)
  } else terminal.out.write(`${describeKafkaBench(report, summary, cores).join('\n')}\n`)
  if (!flags.json || flags.failBelowFloors) for (const line of missed) terminal.err.write(`${line}\n`)
  return flags.failBelowFloors && missed.length > 0 ? 1 : 0
}

function describeKafkaBench(report: KafkaBenchReport, summary: KafkaSummary, cores: number): string[] {
  const { latency, bytesPerEvent } = report
  const columns: Column[] = [
    { title: '', align: 'left' },
    ...['measured', 'floor', 'goal'].map((title): Column => ({ title, align: 'right' })),
  ]
  const cell = ({ eventsPerSecond, cpuMicros }: Drained) =>
    `${formatCount(eventsPerSecond)} (${Number.isNaN(cpuMicros) ? '–' : formatCount(cpuMicros)} µs)`
  const rates = (values: readonly Drained[]) => values.map(cell).join(', ')
  const bytes = Object.entries(bytesPerEvent).map(([topic, size]) => `${topic} ${formatCount(size)}`)
  return [
    ...renderTable(
      columns,
      KAFKA_FLOORS.map(({ figure, name, floor, goal, isShare }) => {
        const shown = (value: number) => (isShare ? formatShare(value) : formatValue(value))
        return [name, shown(summary[figure]), shown(floor), shown(goal)]
      }),
    ),
    '',
    'Events/s of each round, and processor time per event without the broker’s:',
    `  exactly once    ${rates(report.exactlyOnce)}`,
    `  at least once   ${rates(report.atLeastOnce)}`,
    `  two workers     ${rates(report.twoWorkers)}`,
    `  adapter alone   ${rates(report.adapter)}`,
    `  bare kafkajs    ${rates(report.kafkajs)}`,
    `Bytes of values for each event: ${bytes.join(', ')}.`,
    ...latency.map(describeLatency),
    `${cores} cores for the broker, the workers and this process${cores < 4 ? ': too few to judge two workers' : ''}.`,
  ]
}

function describeLatency(latency: LatencyAtLoad): string {
  return `Latency at ${formatCount(latency.eventsPerSecond)} events/s over ${formatCount(latency.forecasts)} forecasts: median ${formatValue(latency.p50Ms)} ms, p99 ${formatValue(latency.p99Ms)} ms${describeRounds(latency)}, largest ${formatValue(latency.maxMs)} ms; ${formatCount(latency.cpuMicros)} µs of the worker for each event; the sender was late by ${formatValue(latency.senderLateMs)} ms at most.`
}

function describeRounds({ roundsMs }: LatencyAtLoad): string {
  return roundsMs.length < 2 ? '' : ` (of rounds: ${roundsMs.map(({ p99 }) => formatValue(p99)).join(', ')})`
}
