import { describe, expect, it } from 'vitest'
import type { ContestantName } from '#services/benchmarks/contestant'
import { type EngineCase, HEADLINES } from '#services/benchmarks/engine-case'
import { missedFloors, summariseEngineBench } from '#services/benchmarks/engine-summary'
import type { EngineFigure } from '#services/benchmarks/measure-case'
import type { EngineBenchReport } from '#services/benchmarks/run-engine-bench'

const figure = (chosen: EngineCase, contestant: ContestantName, perSecond: number): EngineFigure => ({
  ...chosen,
  ...{ contestant, perSecond, gflops: 1, rooflineShare: contestant === 'kernel' ? 0.6 : null },
})

const { stepsB1, stepsB48, stepsB256, train } = HEADLINES
const report: EngineBenchReport = {
  figures: [
    figure(stepsB1, 'kernel', 400_000),
    figure(stepsB1, 'tfjs-node', 1_000),
    figure(stepsB1, 'tfjs-node-all-cores', 800),
    figure(stepsB1, 'tfjs-node-plain', 500),
    figure(stepsB48, 'kernel', 900_000),
    figure(stepsB256, 'kernel', 900_000),
    figure(stepsB256, 'tfjs-node', 200_000),
    figure(stepsB256, 'tfjs-node-all-cores', 225_000),
    figure(stepsB256, 'tfjs-node-plain', 150_000),
    figure(train, 'kernel', 180_000),
    figure(train, 'tfjs-node-all-cores', 12_000),
    figure(train, 'tfjs-node-plain', 9_000),
    // Other cases do not count.
    figure({ ...stepsB1, hidden: 32 }, 'kernel', 9e9),
    figure({ ...stepsB1, cell: 'lstm' }, 'tfjs-node', 9e9),
  ],
  ...{ backends: { kernel: 'k', 'tfjs-node': 'TensorFlow' }, absent: {}, core: 1, rooflineGflops: 40 },
}

describe('the summary of the engine bench', () => {
  it('has the shape that was promised, steps against what tfjs-node offers and training against the fastest use of it', () => {
    expect(summariseEngineBench(report)).toEqual({
      gru64: {
        stepsPerSecondB1: 400_000,
        stepsPerSecondB48: 900_000,
        vsTfjsNodeB1: 800,
        vsTfjsNodeB256: 6,
        trainTimestepsPerSecond: 180_000,
        trainVsTfjs: 15,
        rooflineShareB48: 0.6,
        vsTunedTfjsNodeB1: 400,
        vsTunedTfjsNodeB256: 4,
        trainVsPlainTfjs: 20,
      },
      backend: 'TensorFlow',
    })
  })

  it('compares with nothing, and says why, where tfjs-node does not load', () => {
    const { gru64, backend } = summariseEngineBench({
      ...report,
      figures: [
        ...report.figures.filter(({ contestant }) => contestant === 'kernel'),
        figure(stepsB1, 'tfjs-wasm', 9),
      ],
      backends: { kernel: 'k', 'tfjs-wasm': 'WebAssembly' },
      absent: { 'tfjs-node': 'tfjs-node is not installed' },
    })
    expect([gru64.vsTfjsNodeB1, gru64.vsTfjsNodeB256, gru64.trainVsTfjs]).toEqual([null, null, null])
    expect(backend).toBe('WebAssembly; tfjs-node is not installed')
  })
})

describe('the floors', () => {
  const summary = summariseEngineBench(report)

  it('are all met by figures above them', () => {
    expect(missedFloors(summary)).toEqual([])
  })

  it.each([
    ['stepsPerSecondB48', 449_999],
    ['vsTfjsNodeB1', 299.9],
    ['vsTfjsNodeB256', 2.99],
    ['trainTimestepsPerSecond', 99_999],
    ['trainVsTfjs', 7.99],
  ])('are missed with %s at %d, and by what could not be compared', (name, value) => {
    const missed = missedFloors({ ...summary, gru64: { ...summary.gru64, [name]: value } })
    expect(missed).toHaveLength(1)
    expect(missed[0]).toContain(`Below its floor: ${value}`)
    if (!name.startsWith('vs')) return
    const unknown = missedFloors({ ...summary, gru64: { ...summary.gru64, [name]: null } })
    expect(unknown[0]).toContain('Not measured')
  })
})
