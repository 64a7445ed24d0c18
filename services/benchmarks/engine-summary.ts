import type { ContestantName } from './contestant.js'
import { type EngineCase, HEADLINES, sameCase } from './engine-case.js'
import type { EngineFigure } from './measure-case.js'
import type { EngineBenchReport } from './run-engine-bench.js'

/** What the bench says in one line: a GRU of 64 units, 8 inputs and 24 outputs. */
export interface EngineSummary {
  readonly gru64: {
    readonly stepsPerSecondB1: number
    readonly stepsPerSecondB48: number
    /** How many times as fast as `tfjs-node-plain`, what the library offers; null where it does not load. */
    readonly vsTfjsNodeB1: number | null
    readonly vsTfjsNodeB256: number | null
    /** Series-timesteps forward and backward a second at B = 64, T = 32. */
    readonly trainTimestepsPerSecond: number
    /** How many times as fast as our TensorFlow engine, the fastest that we could make of tfjs-node, on all cores or one. */
    readonly trainVsTfjs: number | null
    readonly rooflineShareB48: number | null
    /** The steps against our TensorFlow engine, and the training against what the library offers. */
    readonly vsTunedTfjsNodeB1: number | null
    readonly vsTunedTfjsNodeB256: number | null
    readonly trainVsPlainTfjs: number | null
  }
  readonly backend: string
}

const PLAIN = ['tfjs-node-plain'] as const
const TUNED = ['tfjs-node', 'tfjs-node-all-cores'] as const

export function summariseEngineBench({ figures, backends, absent }: EngineBenchReport): EngineSummary {
  const kernel = (chosen: EngineCase) => best(figures, chosen, ['kernel'])
  const ratio = (chosen: EngineCase, opponents: readonly ContestantName[]) => {
    const opponent = best(figures, chosen, opponents)
    const own = kernel(chosen)
    return own && opponent ? rounded(own.perSecond / opponent.perSecond) : null
  }
  const { stepsB1, stepsB48, stepsB256, train } = HEADLINES
  const atB48 = kernel(stepsB48)
  return {
    gru64: {
      stepsPerSecondB1: Math.round(kernel(stepsB1)?.perSecond ?? 0),
      stepsPerSecondB48: Math.round(atB48?.perSecond ?? 0),
      vsTfjsNodeB1: ratio(stepsB1, PLAIN),
      vsTfjsNodeB256: ratio(stepsB256, PLAIN),
      trainTimestepsPerSecond: Math.round(kernel(train)?.perSecond ?? 0),
      trainVsTfjs: ratio(train, TUNED),
      rooflineShareB48: atB48?.rooflineShare == null ? null : rounded(atB48.rooflineShare),
      vsTunedTfjsNodeB1: ratio(stepsB1, TUNED),
      vsTunedTfjsNodeB256: ratio(stepsB256, TUNED),
      trainVsPlainTfjs: ratio(train, PLAIN),
    },
    backend:
      backends['tfjs-node'] ?? `${backends['tfjs-wasm'] ?? 'none'}; ${absent['tfjs-node'] ?? 'no tfjs-node'}`,
  }
}

/** What the kernel has to reach (issue 4), and what it is called. */
const FLOORS = [
  ['stepsPerSecondB48', 450_000, 'GRU-64 steps/s at B = 48'],
  ['vsTfjsNodeB1', 300, 'times tfjs-node at B = 1'],
  ['vsTfjsNodeB256', 3, 'times tfjs-node at B = 256'],
  ['trainTimestepsPerSecond', 100_000, 'series-timesteps/s forward and backward at B = 64'],
  ['trainVsTfjs', 8, 'times the fastest use of tfjs-node forward and backward at B = 64'],
] as const

/** One sentence for each floor that is missed or could not be measured. */
export function missedFloors({ gru64 }: EngineSummary): readonly string[] {
  return FLOORS.flatMap(([figure, floor, name]) => {
    const reached = gru64[figure]
    if (reached === null)
      return [`Not measured, because tfjs-node does not load: ${name}; ${floor} are asked.`]
    return reached >= floor ? [] : [`Below its floor: ${reached} ${name}; ${floor} are asked.`]
  })
}

function best(
  figures: readonly EngineFigure[],
  chosen: EngineCase,
  contestants: readonly ContestantName[],
): EngineFigure | undefined {
  return figures
    .filter((figure) => sameCase(figure, chosen) && contestants.includes(figure.contestant))
    .sort((a, b) => b.perSecond - a.perSecond)[0]
}

/** Four significant digits. */
function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
