import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { runGateway } from '#services/gateway/run-gateway'
import { systemClock } from '#shared/clock/system-clock'
import { gatewayPipeline, logFor, silentNotes } from '../unit/services/gateway/gateway-setup.js'
import { forecastRecord, madeUpForecast } from '../unit/services/gateway/made-up-forecasts.js'
import { findTool } from './find-tool.js'

const python = findTool('python3')
const program = fileURLToPath(new URL('../../deploy/subscribers/subscribe.py', import.meta.url))

it.skipIf(python === null)('the Python subscriber hears forecasts, with the token', async () => {
  const pipeline = gatewayPipeline('meters', 1)
  const log = await logFor([pipeline])
  const gateway = await runGateway({
    ...{ log, pipelines: [pipeline], host: '127.0.0.1', port: 0, token: 'a-token', clock: systemClock },
    notes: silentNotes,
    metricsText: async () => '',
    readiness: () => ({ ready: true, reason: 'forecasting' }),
    status: () => ({ pipelines: [], logAway: null }),
    signal: new AbortController().signal,
  })
  const forecast = madeUpForecast({
    pipeline: 'meters',
    series: 'a',
    originMs: Date.UTC(2001, 0, 8),
    value: 7.25,
  })
  await log.append(pipeline.topics.forecasts, [forecastRecord(forecast)])
  try {
    const listen = (token: string) =>
      promisify(execFile)(python!, [program, gateway.url, '1'], {
        env: { ...process.env, FORETIDE_HTTP_TOKEN: token },
      })
    const { stdout } = await listen('a-token')
    const next = new Date(Date.parse(forecast.origin.time) + forecast.cadenceMs).toISOString().slice(0, 19)
    expect(stdout).toBe(`a at ${next}+00:00: ${forecast.yhat[0]}\n`)
    await expect(listen('another')).rejects.toThrow(/401/)
  } finally {
    await gateway.close()
  }
  const gone = promisify(execFile)(python!, [program, gateway.url, '1'])
  await expect(gone).rejects.toMatchObject({
    stderr: expect.stringMatching(/^subscribe\.py: \S+ does not answer as asked: /),
  })
})
