import { expect, it } from 'vitest'
import { tellLog } from '#services/cli/platform/tell-log'
import { systemClock } from '#shared/clock/system-clock'
import { createStructuredLog } from '#shared/telemetry/structured-log'
import { createTelemetry } from '#shared/telemetry/telemetry'

it('knows what is waited for while the log is away, and for how long', () => {
  const notes = createStructuredLog({ clock: systemClock, write: () => undefined, json: true, colour: false })
  const telemetry = createTelemetry({ pipelines: [], clock: systemClock, version: '0' })
  const teller = tellLog(notes, telemetry.log)
  expect([teller.isAway, teller.outage]).toEqual([false, null])
  teller.away(5.2)
  teller.waiting({ place: 'topic readings', places: 2, reason: 'connect ECONNREFUSED', seconds: 5 })
  teller.away(6.2)
  expect(teller.isAway).toBe(true)
  expect(teller.outage).toEqual({ seconds: 6, waitingFor: 'topic readings', reason: 'connect ECONNREFUSED' })
  teller.away(0)
  expect([teller.isAway, teller.outage]).toEqual([false, null])
  // Of another outage nothing is known yet.
  teller.away(5)
  expect(teller.outage).toMatchObject({ seconds: 5, waitingFor: 'the brokers' })
})
