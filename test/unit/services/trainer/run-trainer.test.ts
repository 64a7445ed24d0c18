import { filter, firstValueFrom, interval } from 'rxjs'
import { expect, test } from 'vitest'
import { runTrainer } from '#services/trainer/run-trainer'
import { systemClock } from '#shared/clock/system-clock'
import { createStructuredLog } from '#shared/telemetry/structured-log'
import { createTelemetry } from '#shared/telemetry/telemetry'
import { smallSettings } from '../../../pipeline/pipeline-driver.js'

// The sources have no built worker beside them, so that each thread ends as soon as it is started.
test('a trainer that ends again and again is given up, aloud: in status, metrics and notes', async () => {
  const pipeline = smallSettings({ name: 'test' })
  const telemetry = createTelemetry({ pipelines: [pipeline], clock: systemClock, version: '0' })
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  const notes = createStructuredLog({ clock: systemClock, write, json: true, colour: false })
  const trainer = runTrainer({
    ...{ pipeline, notes, metrics: telemetry.pipeline('test'), tellsDecisions: true },
    log: { kind: 'embedded', dataDir: 'nowhere' } as never,
  })
  expect(trainer.status().givenUp).toBe(false)
  await firstValueFrom(interval(5).pipe(filter(() => trainer.status().givenUp)))
  const text = await telemetry.text()
  expect(text).toContain('foretide_trainer_given_up{pipeline="test"} 1')
  // Twenty restarts, by the class's own promise, and the first start.
  expect(text).toContain('foretide_trainer_restarts_total{pipeline="test"} 20')
  const messages = lines.map((line) => JSON.parse(line).message as string)
  expect(messages.filter((message) => message === 'trainer failed')).toHaveLength(21)
  expect(messages.at(-1)).toMatch(/^trainer given up/)
  await trainer.stop()
}, 60_000)
