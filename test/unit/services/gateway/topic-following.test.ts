import { expect, test } from 'vitest'
import { FaultNotes } from '#services/gateway/fault-notes'
import { TopicFollowing } from '#services/gateway/topic-following'
import { LogAwayError, LogDeniedError } from '#shared/log/errors'
import type { StructuredLog } from '#shared/telemetry/structured-log'

function following() {
  const told: string[] = []
  const closing = new AbortController()
  const notes = { warn: (_: string, { reason }: { reason: string }) => told.push(reason) }
  const clock = { now: () => 0, sleep: async () => undefined }
  return {
    ...{ told, closing },
    topics: new TopicFollowing(clock, closing.signal, new FaultNotes(notes as unknown as StructuredLog)),
  }
}

test('says once why a topic cannot be read, and goes on trying until the gateway closes', async () => {
  const { told, closing, topics } = following()
  const denied = new LogDeniedError('Kafka does not allow Read on topic scores; grant it to this user.')
  let tries = 0
  const failing = async () => {
    if (++tries === 10) closing.abort()
    throw denied
  }
  await Promise.all([topics.keep(failing), topics.keep(failing)])
  expect(tries).toBeGreaterThanOrEqual(10)
  expect(told).toEqual([denied.message])
})

test('leaves it to the log to say that it is away, and tells no more than some failures', async () => {
  const { told, closing, topics } = following()
  let tries = 0
  await topics.keep(async () => {
    tries++
    if (tries === 200) closing.abort()
    throw tries % 2 === 0 ? new LogAwayError('away') : new Error(`batch ${tries} is damaged`)
  })
  expect(told).toHaveLength(20)
  expect(told[0]).toBe('batch 1 is damaged')
})
