import { medianOf } from '#shared/scoring/median-of'
import type { ContestantName } from './contestant.js'
import { type EngineCase, operationsOf } from './engine-case.js'
import type { RunningContestant } from './start-contestant.js'

/** One contestant's speed in one case: medians over the rounds. */
export interface EngineFigure extends EngineCase {
  readonly contestant: ContestantName
  /** Series-steps, or series-timesteps forward and backward, a second. */
  readonly perSecond: number
  readonly gflops: number
  /** Share of what multiplying and adding alone reached in the same rounds; null where that cannot be known. */
  readonly rooflineShare: number | null
}

export interface MeasuredCase {
  readonly figures: readonly EngineFigure[]
  /** GFLOP/s; NaN where no contestant can measure it. */
  readonly rooflineGflops: number
}

export interface CaseTiming {
  readonly rounds: number
  /** What a contestant gets in each round: long against the clock and the scheduler, short against what else the machine does. */
  readonly sliceMs: number
  readonly rooflineMs: number
  readonly warmUpMs: number
  /** Ends the case early, with what there is. */
  readonly signal: AbortSignal
}

/** Every contestant in turn in every round, so that whatever else the machine does hits all of them; the medians count. */
export async function measureCase(
  chosen: EngineCase,
  contestants: readonly RunningContestant[],
  { rounds, sliceMs, rooflineMs, warmUpMs, signal }: CaseTiming,
): Promise<MeasuredCase> {
  const rates = new Map<ContestantName, number[]>()
  const rooflines: number[] = []
  for (const contestant of contestants) {
    if (!signal.aborted) await contestant.prepare(chosen, warmUpMs)
  }
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) {
      if (signal.aborted) break
      const roofline = await contestant.roofline(rooflineMs)
      if (roofline !== null) rooflines.push(roofline)
      const rate = await contestant.measure(sliceMs)
      rates.set(contestant.name, [...(rates.get(contestant.name) ?? []), rate])
    }
  }
  const rooflineGflops = medianOf(rooflines)
  const figures = [...rates].map(([contestant, measured]) => {
    const perSecond = medianOf(measured)
    const gflops = (perSecond * operationsOf(chosen)) / 1e9
    const share = gflops / rooflineGflops
    return { ...chosen, contestant, perSecond, gflops, rooflineShare: Number.isFinite(share) ? share : null }
  })
  return { figures, rooflineGflops }
}
