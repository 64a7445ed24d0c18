import type { Clock } from '#shared/clock/clock'
import { medianOf } from '#shared/scoring/median-of'
import { CONTESTANTS, type ContestantName } from './contestant.js'
import { type CaseChoice, type EngineCase, isHeadline, listCases } from './engine-case.js'
import { type CaseTiming, type EngineFigure, type MeasuredCase, measureCase } from './measure-case.js'
import { coreToPinTo } from './pinning.js'
import { type RunningContestant, startContestant } from './start-contestant.js'

export interface EngineBenchReport {
  readonly figures: readonly EngineFigure[]
  /** What each contestant computes with. */
  readonly backends: Readonly<Partial<Record<ContestantName, string>>>
  /** Why a contestant does not take part. */
  readonly absent: Readonly<Partial<Record<ContestantName, string>>>
  /** The core that all but `tfjs-node-all-cores` ran on; null when they were not pinned. */
  readonly core: number | null
  /** GFLOP/s of multiplying and adding alone, the median over all cases. */
  readonly rooflineGflops: number
}

export interface EngineBenchProgress {
  readonly done: number
  readonly total: number
  readonly perSecond: number
  /** null before a rate is known. */
  readonly secondsLeft: number | null
}

export interface EngineBenchOptions {
  readonly choice: CaseChoice
  readonly rounds: number
  /** For progress only: what is timed is timed where it runs. */
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onMeasured?: (measured: MeasuredCase) => void
  readonly onProgress?: (progress: EngineBenchProgress) => void
}

const TIMING: Omit<CaseTiming, 'rounds' | 'signal'> = { sliceMs: 25, rooflineMs: 8, warmUpMs: 60 }

/** Measure every case, each contestant in a process of its own. Ends early when `signal` aborts. */
export async function runEngineBench(options: EngineBenchOptions): Promise<EngineBenchReport> {
  const { choice, rounds, clock, signal } = options
  const core = coreToPinTo()
  const contestants: RunningContestant[] = []
  const absent: Partial<Record<ContestantName, string>> = {}
  try {
    for (const name of CONTESTANTS) {
      const allCores = name === 'tfjs-node-all-cores'
      // Where nothing can be pinned, `tfjs-node` has all cores already.
      if (signal.aborted || (allCores && core === null)) continue
      const started = await startContestant(name, allCores || name === 'tfjs-node-plain' ? null : core)
      if ('unavailable' in started) absent[name] = started.unavailable
      else contestants.push(started)
    }
    const cases = listCases(choice)
    const measured: MeasuredCase[] = []
    const startedMs = clock.now()
    for (const [done, chosen] of cases.entries()) {
      if (signal.aborted) break
      const perSecond = (done * 1000) / Math.max(1, clock.now() - startedMs)
      const secondsLeft = done === 0 ? null : (cases.length - done) / perSecond
      options.onProgress?.({ done, total: cases.length, perSecond, secondsLeft })
      const taking = contestants.filter(({ name }) => takesPart(name, chosen, core !== null))
      const result = await measureCase(chosen, taking, { ...TIMING, rounds, signal })
      if (signal.aborted) break
      measured.push(result)
      options.onMeasured?.(result)
    }
    return {
      figures: measured.flatMap(({ figures }) => figures),
      backends: Object.fromEntries(contestants.map(({ name, backend }) => [name, backend])),
      ...{ absent, core },
      rooflineGflops: medianOf(measured.map(({ rooflineGflops }) => rooflineGflops)),
    }
  } finally {
    for (const contestant of contestants) contestant.stop()
  }
}

/** TensorFlow trains on all cores, and steps on one as the kernel does; in the headlines it may show both. */
function takesPart(name: ContestantName, chosen: EngineCase, pinned: boolean): boolean {
  if (name === 'tfjs-node-plain') return isHeadline(chosen)
  if (!pinned || isHeadline(chosen)) return true
  if (name === 'tfjs-node-all-cores') return chosen.kind === 'train'
  return name !== 'tfjs-node' || chosen.kind === 'step'
}
