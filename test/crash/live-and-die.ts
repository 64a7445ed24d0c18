import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { LifePlan } from './kill-schedule.js'
import { LifeReport } from './life-report.js'

// The child is JavaScript and imports the build, so that it needs nothing but Node; `npm run test:crash` builds first.
const CHILD = fileURLToPath(new URL('./crash-child.mjs', import.meta.url))

export interface Place {
  readonly dir: string
  readonly cacheDir: string
  readonly settings: PipelineSettings
  readonly eventsMax: number
  /** Series of a made-up feed of `eventsMax` events; 0: the demo's. */
  readonly meters: number
}

/** One life of a forecaster's process, as it was. */
export interface Life {
  readonly plan: LifePlan
  readonly report: LifeReport
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** What it was killed in, as seen from here; the report knows better, for more of it arrives after the kill. */
  readonly struckIn: 'commit' | 'replay' | 'other' | null
  readonly seconds: number
  /** From the first commit on. */
  readonly workSeconds: number
  /** From asking it to stop until it had exited, if it was asked. */
  readonly stopSeconds: number | null
  /** Commits that began after that. */
  readonly commitsInStop: number
}

const living = new Set<ChildProcess>()

/** End whatever is left of a failed test. */
export function killTheLiving(): void {
  for (const child of living) child.kill('SIGKILL')
}

/** Run a process to the end that its plan has for it. Never rejects for how it ends: that is in the result. */
export function liveAndDie({ settings, ...place }: Place, plan: LifePlan): Promise<Life> {
  const { ending, endAfter, delay, batchMax, flushAfterMs } = plan
  const pinned = { ...settings, batchMax, flushAfterMs }
  const child = spawn(process.execPath, [CHILD, JSON.stringify({ ...place, settings: pinned })], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  living.add(child)
  const report = new LifeReport()
  const startedAt = performance.now()
  let workedFrom: number | null = null
  let askedAt: number | null = null
  let commitsWhenAsked = 0
  let struckIn: Life['struckIn'] = null

  const strike = (what: NonNullable<Life['struckIn']>, delayMs: number) => {
    if (struckIn) return
    struckIn = what
    if (delayMs < 1) child.kill('SIGKILL')
    else setTimeout(() => child.kill('SIGKILL'), delayMs)
  }
  const ask = () => {
    if (askedAt !== null) return
    askedAt = performance.now()
    commitsWhenAsked = report.commits
    child.kill('SIGTERM')
  }
  const watch = () => {
    const committing = report.inFlight.length > 0
    if (ending === 'replay' && report.replay > 0) strike('replay', 5 * delay)
    if (report.progress < endAfter * report.total) return
    if (ending === 'stop') ask()
    else if (ending === 'any') strike('other', 40 * delay)
    else if (ending === 'stopping' && askedAt === null) ask()
    else if (committing && ending === 'stopping') strike('commit', 0)
    // A kill that was meant for a replay strikes here too, when there was nothing to replay.
    else if (committing && ending !== 'finish') strike('commit', 0.8 * report.commitMs * delay)
  }
  const pipe = child.stdio[3] as NodeJS.ReadableStream
  pipe.setEncoding('utf8')
  pipe.on('data', (chunk: string) => {
    report.take(chunk)
    if (report.commits > 0) workedFrom ??= performance.now()
    if (report.owned.size === settings.partitions) watch()
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    // Not `exit`: what the process said last may still be in the pipe then.
    child.on('close', (code, signal) => {
      living.delete(child)
      const now = performance.now()
      resolve({
        plan,
        report,
        code,
        signal,
        struckIn,
        seconds: (now - startedAt) / 1000,
        workSeconds: (now - (workedFrom ?? now)) / 1000,
        stopSeconds: askedAt === null ? null : (now - askedAt) / 1000,
        commitsInStop: askedAt === null ? 0 : report.commits - commitsWhenAsked,
      })
    })
  })
}
