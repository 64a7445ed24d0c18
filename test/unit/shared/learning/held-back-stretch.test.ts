import { describe, expect, it } from 'vitest'
import { HeldBackStretch } from '#shared/learning/held-back-stretch'
import { createKernelGradientEngine } from '#shared/recurrent/kernel/kernel-gradient-engine'
import type { NetShape } from '#shared/recurrent/net-shape'
import { parameterCount, viewTensors } from '#shared/recurrent/tensors'
import { seriesOf } from './series-of.js'

const shape: NetShape = {
  ...{ cell: 'gru', layers: 1, inputs: 1, hidden: 4, outputs: 2 },
  ...{ output: 'linear', headReadsInput: true },
}
const engine = createKernelGradientEngine()
const zeros = () => new Float32Array(parameterCount(shape))
const loss = { scales: Float64Array.of(1, 2), weights: Float64Array.of(1, 1), huberDelta: 2 }

describe('HeldBackStretch', () => {
  const rising = seriesOf(
    'a',
    Array.from({ length: 200 }, (_, i) => (i < 150 ? 1e6 : 3 * i)),
  )

  // By hand: targets 3 at lead 1 and 6 / 2 = 3 at lead 2; Huber(3) = 2 × (3 − 1) = 4.
  it('judges "no change" on outcomes after the training part only', () => {
    expect(new HeldBackStretch(engine, [rising], [150], shape, loss).naiveLoss()).toBeCloseTo(4, 5)
  })

  // By hand: a head that always gives (3, 3) is right everywhere; one of zeros is "no change".
  it('judges a net by its head', () => {
    const stretch = new HeldBackStretch(engine, [rising], [150], shape, loss)
    const values = zeros()
    expect(stretch.lossOf(shape, values)).toBeCloseTo(4, 5)
    viewTensors(shape, values).outputBias.set([3, 3])
    expect(stretch.lossOf(shape, values)).toBeCloseTo(0, 6)
  })

  it('judges a net of another architecture on the same targets', () => {
    const stretch = new HeldBackStretch(engine, [rising], [150], shape, loss)
    const other: NetShape = { ...shape, cell: 'lstm', layers: 2, hidden: 3 }
    expect(stretch.lossOf(other, new Float32Array(parameterCount(other)))).toBeCloseTo(4, 5)
  })

  it('has no loss where nothing is held back', () => {
    const stretch = new HeldBackStretch(engine, [rising], [200], shape, loss)
    expect(stretch.empty).toBe(true)
    expect(stretch.lossOf(shape, zeros())).toBeNaN()
  })
})
