import { describe, expect, it } from 'vitest'
import { createLearner } from '#shared/composition/create-learner'
import { pipelineNetShape, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { laterSteps } from '#shared/learning/training-options'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { smallSettings } from '../../../pipeline/pipeline-driver.js'
import { randomWeights } from '../../../reference/recurrent/random-nets.js'

const settings = smallSettings({ partitions: 1, horizon: 3, hidden: 4, learn: true })
const shape = pipelineNetShape(settings)
const block = settings.cadenceMs * settings.season

const version = (number: number): RecurrentWeights => {
  const { featureLayout } = pipelineUntrainedWeights(settings).manifest
  const { manifest, values } = randomWeights(shape, number, number)
  return { values, manifest: { ...manifest, featureLayout } }
}

/** A learner whose contest of version 2 against version 1 ended with differences of such errors, and the weights that it starts from next. */
async function startAfter(champion: (i: number) => number, challenger: (i: number) => number) {
  const learner = createLearner(settings, version(1))
  for (let i = 0; i < 400; i++) {
    const event = {
      series: 'a',
      time: Date.UTC(2020, 0, 1) + i * settings.cadenceMs,
      value: Math.sin(i) + 0.1 * Math.cos(i * i),
    }
    const value = Buffer.from(JSON.stringify(event))
    learner.take(0, [{ offset: i, key: null, value, headers: [], timestamp: event.time } as never])
  }
  learner.challenge(version(2), [0])
  for (let i = 0; !learner.decides; i++) {
    learner.takeScore(0, i, {
      ...{ series: 'a', timeMs: i * block, leads: [1], naiveErrors: [1] },
      ...{ serving: [1], servingErrors: [champion(i)], shadow: [2], shadowErrors: [challenger(i)] },
    })
  }
  const decision = learner.decide()!
  // One step moves no weight by more than its learning rate.
  const { weights, steps } = await learner.train({ samples: 400, steps: 1 }, new AbortController().signal)
  expect(steps).toBe(1)
  const from = [1, 2].find((number) =>
    version(number).values.every((value, i) => Math.abs(value - weights.values[i]!) < 0.02),
  )
  return { kind: decision.kind, from }
}

// By hand: 240 steps for 25 series, 240 × 40 / 25 = 384 for 40, and never more than twice as many.
it.each([
  [1, 240],
  [25, 240],
  [40, 384],
  [50, 480],
  [5000, 480],
])('a later session on %d series has %d steps', (series, steps) => {
  expect(laterSteps(series)).toBe(steps)
})

describe('a learner', () => {
  it('goes on from a challenger that was rejected without having been behind', async () => {
    const unproven = await startAfter(
      () => 1,
      (i) => (i % 2 === 0 ? 0.9 : 1.1),
    )
    expect(unproven).toEqual({ kind: 'reject', from: 2 })
  })

  it('starts at the serving weights after a challenger that was behind', async () => {
    expect(
      await startAfter(
        () => 1,
        () => 1.2,
      ),
    ).toEqual({ kind: 'reject', from: 1 })
  })

  it('starts at a challenger that was promoted', async () => {
    expect(
      await startAfter(
        () => 1.2,
        () => 1,
      ),
    ).toEqual({ kind: 'promote', from: 2 })
  })
})
