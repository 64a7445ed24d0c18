import type { Kafka } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { FencedError, LogAwayError, LogUnavailableError } from '#shared/log/errors'
import { KafkaCodeError } from '#shared/log/kafka/kafka-errors'
import { KafkaLink } from '#shared/log/kafka/kafka-link'
import type { OutageWatch } from '#shared/log/kafka/outage-watch'
import { VirtualClock } from '../../../services/feeder/virtual-clock.js'

const [CONCURRENT_TRANSACTIONS, NOT_LEADER, INVALID_RECORD] = [51, 6, 87]

/** A link to a cluster that does nothing but count how often it is looked at anew, after the look on connecting. */
function counted({
  connect = async () => undefined,
  look = async () => undefined,
}: {
  readonly connect?: () => Promise<void>
  readonly look?: () => Promise<void>
} = {}) {
  let looks = -1
  const refreshMetadata = async () => {
    looks++
    await look()
  }
  const cluster = { connect, refreshMetadata, disconnect: async () => undefined, brokerPool: {} }
  const kafka = { [Symbol('private:Kafka:createCluster')]: () => cluster } as unknown as Kafka
  const clock = new VirtualClock(0)
  // A watch of its own would look every second of a clock that runs by itself.
  const unwatched = { failed: () => undefined, worked: () => undefined } as unknown as OutageWatch
  return { link: new KafkaLink(kafka, clock, new Set(), unwatched), clock, looks: () => looks }
}

const failing = (times: number, code: number) => {
  let left = times
  return async () => {
    if (left-- > 0) throw new KafkaCodeError(code)
    return 'done'
  }
}
const attempt = { operation: 'Write', resource: 'transactional id x' }

describe('what fails in passing', () => {
  it('is tried again, after a look at who leads now', async () => {
    const { link, clock, looks } = counted()
    await expect(link.persist(attempt, 30_000, failing(3, NOT_LEADER))).resolves.toBe('done')
    expect(looks()).toBe(3)
    // 5, 10 and 20 ms.
    expect(clock.now()).toBe(35)
  })

  it('is tried again at once where the coordinator only finishes the transaction before', async () => {
    const { link, looks } = counted()
    await expect(link.persist(attempt, 30_000, failing(3, CONCURRENT_TRANSACTIONS))).resolves.toBe('done')
    expect(looks()).toBe(0)
  })

  // https://kafka.apache.org/protocol#protocol_error_codes
  it.each([
    ['INVALID_PRODUCER_EPOCH', 47],
    ['INVALID_PRODUCER_ID_MAPPING', 49],
    ['PRODUCER_FENCED', 90],
  ])('is not %s: somebody else owns what is written to', async (_name, code) => {
    const { link, looks } = counted()
    await expect(link.persist(attempt, 30_000, failing(1, code))).rejects.toThrow(FencedError)
    expect(looks()).toBe(0)
  })

  it('is given up after its time, as a log that is away; what does not pass is given up at once', async () => {
    const { link, clock } = counted()
    const never = failing(Number.POSITIVE_INFINITY, NOT_LEADER)
    await expect(link.persist(attempt, 30_000, never)).rejects.toThrow(LogAwayError)
    expect(clock.now()).toBeGreaterThanOrEqual(30_000)
    const before = clock.now()
    const refused = link.persist(attempt, 30_000, failing(1, INVALID_RECORD))
    await expect(refused).rejects.toThrow(LogUnavailableError)
    await expect(refused).rejects.not.toThrow(LogAwayError)
    expect(clock.now()).toBe(before)
  })
})

/** As kafkajs says that a connection ended: at the first bytes of who speaks otherwise, or where nobody listens. */
const ended = (name: string, message: string) => Object.assign(new Error(message), { name })
const HUNG_UP = ended('KafkaJSConnectionClosedError', 'Closed connection')
const NO_TLS = ended(
  'KafkaJSConnectionError',
  'Connection error: Client network socket disconnected before secure TLS connection was established',
)
const REFUSED = ended('KafkaJSConnectionError', 'Connection error: connect ECONNREFUSED 127.0.0.1:9092')
const failingWith = (error: Error) => async () => {
  throw error
}

describe('brokers that hang up', () => {
  const done = async () => 'done'

  it.each([
    ['that speaks TLS', HUNG_UP],
    ['that speaks none', NO_TLS],
  ])('on who was never answered are a listener %s: told within seconds', async (_, error) => {
    const { link, clock } = counted({ connect: failingWith(error) })
    await expect(link.persist(attempt, 30_000, done)).rejects.toThrow(
      /^Kafka cannot be reached: .*; check log\.tls/,
    )
    expect(clock.now()).toBeGreaterThanOrEqual(2_000)
    expect(clock.now()).toBeLessThan(4_000)
  })

  it('because they are none, and say so, are told within seconds; those that were once are waited for', async () => {
    const stranger = ended(
      'KafkaJSConnectionError',
      'Connection error: what answers at a:1 does not speak Kafka',
    )
    const strange = counted({ connect: failingWith(stranger) })
    await expect(strange.link.persist(attempt, 30_000, done)).rejects.toThrow(
      'what answers at a:1 does not speak Kafka; name the address of a broker',
    )
    expect(strange.clock.now()).toBeLessThan(4_000)
    const known = counted()
    await known.link.persist(attempt, 30_000, done)
    await expect(known.link.persist(attempt, 30_000, failingWith(stranger))).rejects.toThrow(LogAwayError)
    expect(known.clock.now()).toBeGreaterThanOrEqual(30_000)
  })

  it('at the first question are a listener that wants a login: told within seconds', async () => {
    const { link, clock } = counted({ look: failingWith(HUNG_UP) })
    await expect(link.persist(attempt, 30_000, done)).rejects.toThrow(/set log\.sasl/)
    expect(clock.now()).toBeLessThan(4_000)
  })

  it('on who was answered are away, and waited for', async () => {
    const { link, clock } = counted()
    await expect(link.persist(attempt, 30_000, done)).resolves.toBe('done')
    await expect(link.persist(attempt, 30_000, failingWith(HUNG_UP))).rejects.toThrow(LogAwayError)
    expect(clock.now()).toBeGreaterThanOrEqual(30_000)
  })

  it('are no brokers that take no connection: those are waited for from the beginning', async () => {
    let tries = 0
    const { link, clock } = counted({
      connect: async () => {
        if (clock.now() < 20_000) throw tries++ === 0 ? HUNG_UP : REFUSED
      },
    })
    await expect(link.persist(attempt, 30_000, done)).resolves.toBe('done')
    expect(clock.now()).toBeGreaterThanOrEqual(20_000)
  })
})
