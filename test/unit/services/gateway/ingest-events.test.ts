import { expect, test } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { LogAwayError } from '#shared/log/errors'
import { partitionOfKey } from '#shared/log/kafka/partition-of-key'
import type { LogRecord } from '#shared/log/port'
import { type Gateway, gateway } from './gateway-setup.js'

const post = (to: Gateway, body: string | Uint8Array, path = '/v1/events') =>
  to.app.request(path, { method: 'POST', body: typeof body === 'string' ? body : new Uint8Array(body) })

async function inputOf(to: Gateway, topic: string): Promise<{ partition: number; record: LogRecord }[]> {
  const found = []
  for (let partition = 0; partition < 3; partition += 1) {
    const { end } = await to.log.bounds(topic, partition)
    if (end === 0) continue
    for await (const batch of to.log.read(topic, partition, 0, end)) {
      found.push(...batch.records.map((record) => ({ partition, record })))
    }
  }
  return found
}

test('appends each line under its series, in the series’ partition, bytes unchanged', async () => {
  const to = await gateway(['flights'], { clock: { ...systemClock, now: () => 1234 } })
  const lines = ['{"series":"ATL","time":"2001-01-01T00:00:00Z","value":1.50}', '{"series":"ü","value":2}']
  const answer = await post(to, `${lines[0]}\r\n\n${lines[1]}\n`)
  expect(answer.status).toBe(202)
  expect(await answer.json()).toEqual({ pipeline: 'flights', accepted: 2, rejected: 0, faults: [] })
  const input = await inputOf(to, 'flights')
  expect(input.map(({ record }) => Buffer.from(record.value!).toString()).sort()).toEqual(lines.sort())
  for (const { partition, record } of input) {
    expect(partition).toBe(partitionOfKey(record.key!, 3))
    expect(record.timestamp).toBe(1234)
  }
})

test('takes one object spread over several lines', async () => {
  const to = await gateway(['flights'])
  expect(await (await post(to, '{\n"series": "a",\n"value": 1\n}')).json()).toMatchObject({
    accepted: 1,
    rejected: 0,
  })
})

test('names the lines that are no object and appends the others', async () => {
  const to = await gateway(['flights'])
  const answer = await post(
    to,
    '{"series":"a","value":1}\n\nnonsense\n[1]\n5\nnull\n{"series":"b","value":2}',
  )
  expect(answer.status).toBe(202)
  expect(await answer.json()).toMatchObject({
    accepted: 2,
    rejected: 4,
    faults: [
      { line: 3, reason: 'not valid JSON' },
      { line: 4, reason: 'a JSON object is expected, this is an array (send its elements one a line)' },
      { line: 5, reason: 'a JSON object is expected, this is a number' },
      { line: 6, reason: 'a JSON object is expected, this is null' },
    ],
  })
  expect(await inputOf(to, 'flights')).toHaveLength(2)
})

test('lets an event without a series through, without a key, for the forecaster to judge', async () => {
  const to = await gateway(['flights'])
  expect((await post(to, '{"value":1}\n{"series":7}')).status).toBe(202)
  expect((await inputOf(to, 'flights')).map(({ partition, record }) => [partition, record.key])).toEqual([
    [0, null],
    [0, null],
  ])
})

test('refuses an empty body, one with nothing in it to accept, and one beyond 1 MB', async () => {
  const to = await gateway(['flights'])
  expect((await post(to, '')).status).toBe(400)
  expect((await post(to, 'x\ny')).status).toBe(400)
  const line = `${JSON.stringify({ series: 'a', value: 1 })}\n`
  const tooLarge = await post(to, line.repeat(Math.ceil((1024 * 1024) / line.length) + 1))
  expect(tooLarge.status).toBe(413)
  expect(await inputOf(to, 'flights')).toHaveLength(0)
})

test('asks which of several pipelines is meant', async () => {
  const to = await gateway(['flights', 'weather'])
  const answer = await post(to, '{"series":"a"}')
  expect(answer.status).toBe(400)
  expect((await answer.json()).error).toContain('?pipeline=flights or ?pipeline=weather')
  expect((await post(to, '{"series":"a"}', '/v1/events?pipeline=weather')).status).toBe(202)
  expect(await inputOf(to, 'weather')).toHaveLength(1)
  expect((await post(to, '{}', '/v1/events?pipeline=x')).status).toBe(404)
})

test('tells the first hundred faults of a body, and counts them all', async () => {
  const to = await gateway(['flights'])
  const answer = await post(to, '[]\n'.repeat(150))
  const { rejected, faults } = (await answer.json()) as { rejected: number; faults: { line: number }[] }
  expect(rejected).toBe(150)
  expect(faults.map(({ line }) => line)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
})

test('takes no more than 16 bodies in at once, and more when those are in', async () => {
  const to = await gateway(['flights'])
  const append = to.log.append.bind(to.log)
  let letIn: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    letIn = resolve
  })
  to.log.append = async (...writes) => {
    await opened
    return append(...writes)
  }
  const line = '{"series":"a","value":1}'
  const waiting = Array.from({ length: 16 }, () => post(to, line))
  await new Promise((resolve) => setTimeout(resolve, 50))
  const answer = post(to, line)
  await new Promise((resolve) => setTimeout(resolve, 50))
  letIn()
  const refused = await answer
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('1')
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(16).fill(202))
  expect((await post(to, line)).status).toBe(202)
  expect(await inputOf(to, 'flights')).toHaveLength(17)
})

test('says that the log is away, and that the events may be sent again', async () => {
  const to = await gateway(['flights'])
  to.log.append = () => Promise.reject(new LogAwayError('Kafka could not write topic flights: gone.'))
  const answer = await post(to, '{"series":"a","value":1}')
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBe('5')
  expect(await answer.json()).toEqual({
    error: 'Kafka could not write topic flights: gone. Send this again.',
  })
})
