import { createRequire } from 'node:module'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { InflightRequests } from '#shared/log/kafka/inflight-requests'
import { createCluster, createKafka } from '#shared/log/kafka/kafkajs-client'
import { calmRequestQueue, type RequestQueue } from '#shared/log/kafka/request-queue'

const KafkajsQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue')

interface Queue extends RequestQueue {
  push(request: object): void
  fulfillRequest(answer: object): void
  maybeThrottle(ms: number): void
  rejectAll(error: Error): void
  scheduleRequestTimeoutCheck(): void
  destroy(): void
}

/** kafkajs's own queue; nothing of it is replaced. */
function openQueue(inFlightMax: number, timesOut = false): Queue {
  const quiet = { debug: () => undefined, warn: () => undefined }
  return new KafkajsQueue({
    ...{ maxInFlightRequests: inFlightMax, requestTimeout: 30_000, enforceRequestTimeout: timesOut },
    ...{ clientId: 'a client', broker: 'one', logger: quiet },
  })
}

function request(correlationId: number, sent: number[], failed: string[] = []) {
  const entry = {
    ...{ apiKey: 1, apiName: 'Fetch', apiVersion: 11, correlationId },
    ...{
      resolve: () => undefined,
      reject: ({ message }: Error) => void failed.push(`${correlationId}: ${message}`),
    },
  }
  const sendRequest = () => void sent.push(correlationId)
  return { entry, expectResponse: true, requestTimeout: null, sendRequest }
}

const answer = (correlationId: number) => ({ correlationId, size: 0, payload: Buffer.alloc(0) })

describe('a calm queue of requests', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('has no timer where nothing waits to be sent; by itself it has one for ever', () => {
    const timers = (queue: Queue) => {
      const sent: number[] = []
      const before = vi.getTimerCount()
      queue.push(request(1, sent))
      queue.fulfillRequest(answer(1))
      expect(sent).toEqual([1])
      vi.advanceTimersByTime(1_000)
      return vi.getTimerCount() - before
    }
    const calm = openQueue(5)
    calmRequestQueue(calm)
    expect(timers(calm)).toBe(0)
    expect(timers(openQueue(5))).toBe(1)
  })

  it('sends what waited for the answer to another', () => {
    const queue = openQueue(1)
    calmRequestQueue(queue)
    const sent: number[] = []
    for (const id of [1, 2, 3]) queue.push(request(id, sent))
    expect(sent).toEqual([1])
    queue.fulfillRequest(answer(1))
    queue.fulfillRequest(answer(2))
    expect(sent).toEqual([1, 2, 3])
    queue.fulfillRequest(answer(3))
    vi.advanceTimersByTime(100)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('sends what a broker had it hold back, once that is over', () => {
    const queue = openQueue(5)
    calmRequestQueue(queue)
    const sent: number[] = []
    queue.maybeThrottle(200)
    queue.push(request(1, sent))
    vi.advanceTimersByTime(199)
    expect(sent).toEqual([])
    vi.advanceTimersByTime(20)
    expect(sent).toEqual([1])
  })

  it('rejects what is under way and what waits when the connection is lost', () => {
    const queue = openQueue(2)
    calmRequestQueue(queue)
    const failed: string[] = []
    for (const id of [1, 2, 3]) queue.push(request(id, [], failed))
    queue.fulfillRequest(answer(1))
    queue.rejectAll(new Error('lost'))
    expect(failed).toEqual(['2: lost', '3: lost'])
    expect(queue.inflight.size).toBe(0)
  })

  it('gives up what is not answered in time, and goes on with what waited', () => {
    const queue = openQueue(1, true)
    calmRequestQueue(queue)
    queue.scheduleRequestTimeoutCheck()
    const [sent, failed]: [number[], string[]] = [[], []]
    queue.push(request(1, sent, failed))
    queue.push(request(2, sent, failed))
    vi.advanceTimersByTime(29_900)
    expect([sent, failed]).toEqual([[1], []])
    vi.advanceTimersByTime(300)
    expect(sent).toEqual([1, 2])
    expect(failed).toEqual(['1: Request Fetch(key: 1, version: 11) timed out'])
    queue.destroy()
  })

  it('is what every connection has', async () => {
    const cluster = createCluster(createKafka({ brokers: ['127.0.0.1:1'], clientId: 'a client' }))
    const { pool } = await cluster.connectionPoolBuilder.build()
    expect(pool.length).toBeGreaterThan(0)
    for (const { requestQueue } of pool) {
      requestQueue.scheduleCheckPendingRequests()
      expect(vi.getTimerCount()).toBe(0)
      expect(requestQueue.inflight).toBeInstanceOf(InflightRequests)
    }
  })
})
