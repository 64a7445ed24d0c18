import { expect, it } from 'vitest'
import { openStandingLog } from '#services/cli/commands/open-standing-log'
import type { Clock } from '#shared/clock/clock'
import { systemClock } from '#shared/clock/system-clock'
import type { LogSettings } from '#shared/configuration/log-settings'
import { LogAwayError } from '#shared/log/errors'

const TIMES = 20
/** Goes fast, so that the half minute which brokers are waited for is over soon. */
const hurried: Clock = {
  now: () => systemClock.now() * TIMES,
  sleep: (ms, signal) => systemClock.sleep(ms / TIMES, signal),
}

it('says what is waited for while brokers are away, and at last what to check', async () => {
  let said = ''
  const err = { write: (text: string) => (said += text) }
  // Nobody listens at port 1.
  const settings = {
    ...{ kind: 'kafka', dataDir: '', brokers: ['127.0.0.1:1'], clientId: 'c', prefix: 'p' },
    guarantee: 'exactly-once',
  } as LogSettings
  const log = await openStandingLog(settings, hurried, err)
  const asked = log.partitions('readings')
  await expect(asked).rejects.toThrow(LogAwayError)
  await expect(asked).rejects.toThrow(
    'Kafka cannot be reached: connect ECONNREFUSED 127.0.0.1:1; check log.brokers, and that a broker answers there.',
  )
  expect(said).toMatch(/^waiting for Kafka \(topic readings\): .*ECONNREFUSED 127\.0\.0\.1:1\n/)
  await log.close()
}, 30_000)
