import { expect, test } from 'vitest'
import { followWeights } from '#services/gateway/follow-weights'
import { WeightsBoard } from '#services/gateway/weights-board'
import { gatewayPipeline, logFor } from './gateway-setup.js'
import { madeUpGradients, weightsRecordWith } from './made-up-gradients.js'

test('followWeights takes in what the topic holds and what is added to it, until it is told to stop', async () => {
  const { topics, name: pipeline } = gatewayPipeline('flights')
  const log = await logFor([gatewayPipeline('flights')])
  const flow = madeUpGradients(['ATL'])
  await log.append(topics.weights, [weightsRecordWith(1, flow)])
  const heard: number[] = []
  let taken = () => {}
  const next = () => new Promise<void>((resolve) => (taken = resolve))
  const stop = new AbortController()
  const board = new (class extends WeightsBoard {
    override take(...batch: Parameters<WeightsBoard['take']>): void {
      super.take(...batch)
      heard.push(batch[1].records.length)
      taken()
    }
  })()
  const first = next()
  const ended = followWeights({ log, topic: topics.weights, pipeline, board, signal: stop.signal })
  await first
  expect(board.gradientFlow(pipeline, 1)).toEqual(flow)
  const second = next()
  await log.append(topics.weights, [weightsRecordWith(2, flow)])
  await second
  expect(board.gradientFlow(pipeline, 2)).toEqual(flow)
  stop.abort()
  await ended
  expect(heard).toEqual([1, 1])
})
