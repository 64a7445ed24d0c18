import { describe, expect, it } from 'vitest'
import { addingProblem } from '#shared/learning/tasks/adding-problem'
import { taskWeights } from '#shared/learning/tasks/task-weights'
import { type TaskTrainingOptions, trainOnTask } from '#shared/learning/tasks/train-on-task'
import { viewTensors } from '#shared/recurrent/tensors'
import { biasEngine } from './bias-engine.js'

const task = addingProblem(6)
const options: TaskTrainingOptions = {
  ...{ task, weights: taskWeights('elman-tanh', 4, task, 1), seed: 1 },
  ...{ rows: 256, judgedRows: 4_000, updatesMax: 300, judgeEvery: 100 },
  ...{ learningRate: 0.02, gradientNormMax: 1, solvedShare: 0.1 },
}

describe('training on a task', () => {
  it('brings a net without memory to the baseline and no further', () => {
    const standings = [...trainOnTask(biasEngine(), options)]
    expect(standings.map(({ updates }) => updates)).toEqual([100, 200, 300])
    // 4,000 judged rows know the variance of the sum to 0.003.
    expect(Math.abs(standings.at(-1)!.loss - 0.1667)).toBeLessThan(0.009)
    expect(standings.some(({ solved, diverged }) => solved || diverged)).toBe(false)
  })

  it('ends as soon as the task is solved', () => {
    const standings = [...trainOnTask(biasEngine(), { ...options, solvedShare: 1.2 })]
    expect(standings.at(-1)).toMatchObject({ solved: true, diverged: false })
    expect(standings.filter(({ solved }) => solved)).toHaveLength(1)
    expect(standings.at(-1)!.updates).toBeLessThan(300)
  })

  it('ends at once when a gradient is not finite, and says so', () => {
    const standings = [...trainOnTask(biasEngine(Number.NaN), options)]
    expect(standings).toEqual([{ updates: 1, loss: Number.POSITIVE_INFINITY, solved: false, diverged: true }])
  })

  it('judges after the last update too', () => {
    const standings = [...trainOnTask(biasEngine(), { ...options, updatesMax: 130 })]
    expect(standings.map(({ updates }) => updates)).toEqual([100, 130])
  })

  it('gives the same for the same seed and something else for another, and leaves the weights as they were', () => {
    const before = options.weights.values.slice()
    const losses = (seed: number) =>
      [...trainOnTask(biasEngine(), { ...options, seed })].map(({ loss }) => loss)
    expect(losses(1)).toEqual(losses(1))
    expect(losses(1)).not.toEqual(losses(2))
    expect(options.weights.values).toEqual(before)
  })

  it('gives its memory back, also when nobody wants the rest', () => {
    const engine = biasEngine()
    for (const { updates } of trainOnTask(engine, options)) if (updates === 100) break
    expect(engine.open).toBe(0)
    for (const _ of trainOnTask(engine, options));
    expect(engine.open).toBe(0)
  })
})

describe('the weights that a task begins with', () => {
  it('are the identity for a rectified net, and a zero head for each', () => {
    const { manifest, values } = taskWeights('elman-relu', 3, task, 1)
    const { layers, hiddenToOutputs, inputToOutputs } = viewTensors(manifest, values)
    expect([...layers[0]!.hiddenToGates]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1])
    expect([...hiddenToOutputs]).toEqual([0, 0, 0])
    expect(inputToOutputs).toHaveLength(0)
  })

  it('spread what an LSTM keeps, and write to a cell the less the longer it keeps', () => {
    const { manifest, values } = taskWeights('lstm', 2, task, 1)
    // Input, forget, cell and output gate, two units each: the middles of two halves of 0 to 4.
    expect([...viewTensors(manifest, values).layers[0]!.inputBias]).toEqual([-1, -3, 1, 3, 0, 0, 0, 0])
  })

  it('let only the concatenation form read the input in its head', () => {
    expect(taskWeights('concatenation', 3, task, 1).manifest.headReadsInput).toBe(true)
    expect(taskWeights('lstm', 3, task, 1).manifest.headReadsInput).toBe(false)
  })
})
