import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { medianOf } from '#shared/scoring/median-of'
import { measureServing, type ServingResult } from './measure-serving.js'
import { writeWalks } from './write-walks.js'

export interface LearningBenchOptions {
  /** Events that each run serves. */
  readonly events: number
  /** Runs without training and with it, by turns. */
  readonly rounds: number
  readonly signal: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

export interface LearningBenchReport {
  readonly cores: number
  readonly events: number
  readonly rounds: number
  /** Events per second, medians. */
  readonly alone: number
  readonly training: number
  /** Share of its throughput that training costs serving: median over the rounds of 1 − with / without. */
  readonly cost: number
  readonly costs: readonly number[]
  /** Sessions that ended while events were served, over all rounds, and the median of their seconds. */
  readonly sessions: number
  readonly sessionSeconds: number
  /** Share of the time in which a session ran. */
  readonly trainingShare: number
}

const series = 50
/** What training may cost. */
export const costMax = 0.15

/**
 * What training costs serving: the same events through the embedded log with a trainer beside, which trains without a pause, and
 * without one, by turns. Ends early when `signal` aborts.
 */
export async function runLearningBench(options: LearningBenchOptions): Promise<LearningBenchReport> {
  const { events, rounds, signal, onProgress } = options
  const folder = await mkdtemp(join(tmpdir(), 'foretide-learning-'))
  const [alone, training]: [ServingResult[], ServingResult[]] = [[], []]
  try {
    const [readings, configFile] = [join(folder, 'walks.csv'), join(folder, 'foretide.yaml')]
    await writeWalks(readings, series, Math.ceil(events / series))
    await writeFile(configFile, configurationOf(readings))
    for (let round = 0; round < rounds; round++) {
      // The other first each time: what comes first may profit from a cooler machine.
      const turns = round % 2 === 0 ? [false, true] : [true, false]
      for (const learn of turns) {
        if (signal.aborted) break
        const dataDir = join(folder, 'data')
        const kind = learn ? training : alone
        kind.push(await measureServing({ configFile, dataDir, learn, signal }))
        await rm(dataDir, { recursive: true, force: true })
        onProgress?.(alone.length + training.length, 2 * rounds)
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  const costs = training.flatMap(({ eventsPerSecond }, i) =>
    alone[i] ? [1 - eventsPerSecond / alone[i].eventsPerSecond] : [],
  )
  const sessions = training.flatMap((run) => run.sessions)
  const seconds = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
  return {
    ...{ cores: availableParallelism(), events, rounds },
    alone: medianOf(alone.map((run) => run.eventsPerSecond)),
    training: medianOf(training.map((run) => run.eventsPerSecond)),
    ...{ cost: medianOf(costs), costs, sessions: sessions.length, sessionSeconds: medianOf(sessions) },
    trainingShare: Math.min(1, seconds(sessions) / seconds(training.map((run) => run.seconds))),
  }
}

/** A session is due again as soon as the one before it has ended. */
function configurationOf(readings: string): string {
  return JSON.stringify({
    pipelines: {
      walks: {
        ...{ cadence: '1h', horizon: 24 },
        feed: { source: readings, speed: 'max' },
        learn: { every: 1, bootstrap: false },
      },
    },
  })
}
