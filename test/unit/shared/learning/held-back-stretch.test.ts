import { describe, expect, it } from 'vitest'
import { HeldBackStretch } from '#shared/learning/held-back-stretch'
import { zeroParameters } from '#shared/learning/parameters'
import { loadTensorflow } from '#shared/recurrent/tensorflow/backend'
import { seriesOf } from './series-of.js'

const shape = { inputs: 1, hidden: 4, leads: 2 }
const loss = { scales: Float64Array.of(1, 2), weights: Float64Array.of(1, 1), huberDelta: 2 }

describe('HeldBackStretch', () => {
  const rising = seriesOf(
    'a',
    Array.from({ length: 200 }, (_, i) => (i < 150 ? 1e6 : 3 * i)),
  )

  // By hand: targets 3 at lead 1 and 6 / 2 = 3 at lead 2; Huber(3) = 2 × (3 − 1) = 4.
  it('judges "no change" on outcomes after the training part only', () => {
    expect(new HeldBackStretch([rising], [150], shape, loss).naiveLoss()).toBeCloseTo(4, 5)
  })

  // By hand: a head that always gives (3, 3) is right everywhere; one of zeros is "no change".
  it('judges a net by its head', async () => {
    const { tf } = await loadTensorflow()
    const stretch = new HeldBackStretch([rising], [150], shape, loss)
    const net = zeroParameters(shape)
    expect(stretch.lossOf(tf, net)).toBeCloseTo(4, 5)
    net.leadBias.set([3, 3])
    expect(stretch.lossOf(tf, net)).toBeCloseTo(0, 6)
  })

  it('has no loss where nothing is held back', async () => {
    const { tf } = await loadTensorflow()
    const stretch = new HeldBackStretch([rising], [200], shape, loss)
    expect(stretch.empty).toBe(true)
    expect(stretch.lossOf(tf, zeroParameters(shape))).toBeNaN()
  })
})
