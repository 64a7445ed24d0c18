import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Guarantee } from '#shared/log/port'
import { checkout, KafkaBenchFailedError } from './bench-broker.js'
import type { MoverTask } from './contestant.js'

/** A process of the bench's. */
export interface BenchChild {
  /** Rejects when it ends before it is told to. */
  readonly broken: Promise<never>
  /** Seconds of processor time that it has used, all its threads together; NaN where the system does not say. */
  cpuSeconds(): number
  stop(): Promise<void>
}

const STOP_MS = 20_000

export interface WorkerSettings {
  readonly brokers: readonly string[]
  readonly prefix: string
  readonly pipeline: string
  readonly input: string
  readonly partitions: number
  readonly guarantee: Guarantee
}

/** `foretide run forecaster`, as people start it, with weights that stay the same. */
export function startWorker(settings: WorkerSettings): BenchChild {
  const { brokers, prefix, pipeline, input, partitions, guarantee } = settings
  const folder = mkdtempSync(join(tmpdir(), 'foretide-bench-'))
  const file = join(folder, 'foretide.yaml')
  const configuration = {
    topicPrefix: prefix,
    log: { kind: 'kafka', brokers, guarantee, dataDir: folder },
    http: { port: 0 },
    pipelines: {
      [pipeline]: {
        ...{ cadence: '1h', horizon: 24, skewMax: '100000d' },
        input: { topic: input, partitions },
        ...{ learn: { enabled: false }, weights: { pin: 0 } },
      },
    },
  }
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(configuration))
  const args = [join(checkout(), 'bin/foretide.mjs'), 'run', 'forecaster', '--config', file, '--json']
  return follow('worker', args, () => rmSync(folder, { recursive: true, force: true }))
}

export function startMover(task: MoverTask, partitions: number): BenchChild {
  const script = fileURLToPath(new URL('./mover-process.js', import.meta.url))
  return follow(task.mover, [script, JSON.stringify(task), String(partitions)], () => undefined)
}

function follow(name: string, args: readonly string[], ended: () => void): BenchChild {
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2_000)
    })
  }
  let stopping = false
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const broken = exit.then((): never => {
    ended()
    throw new KafkaBenchFailedError(`The bench's ${name} ended before its work was done: ${said.trim()}`)
  })
  broken.catch(() => undefined)
  return {
    broken,
    cpuSeconds: () => readCpuSeconds(child.pid),
    stop: async () => {
      if (stopping) return exit
      stopping = true
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await exit
      clearTimeout(timer)
    },
  }
}

/** Linux counts in hundredths of a second, whatever its own clock does (`sysconf(_SC_CLK_TCK)`). */
const TICKS_PER_SECOND = 100

function readCpuSeconds(pid: number | undefined): number {
  try {
    // proc(5): after the name in brackets come the state and, 12th and 13th from there, user and system time.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  } catch {
    return Number.NaN
  }
}
