import { createServer, Server } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { AddressUnavailableError, TokenRequiredError } from '#services/gateway/errors'
import type { GatewayOptions } from '#services/gateway/gateway-options'
import { type RunningGateway, runGateway } from '#services/gateway/run-gateway'
import { systemClock } from '#shared/clock/system-clock'
import { gatewayPipeline, logFor, silentNotes } from './gateway-setup.js'
import { heardEvents, nextEvents } from './heard-events.js'
import { forecastRecord, madeUpForecast } from './made-up-forecasts.js'

const pipelines = [gatewayPipeline('flights')]
const running: RunningGateway[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((gateway) => gateway.close()))
})

async function run(options: Partial<GatewayOptions> = {}) {
  const log = await logFor(pipelines)
  const gateway = await runGateway({
    log,
    pipelines,
    host: '127.0.0.1',
    port: 0,
    clock: systemClock,
    notes: silentNotes,
    metricsText: async () => '',
    readiness: () => ({ ready: true, reason: 'forecasting' }),
    status: () => ({ pipelines: [], logAway: null }),
    signal: new AbortController().signal,
    ...options,
  })
  running.push(gateway)
  return { gateway, log }
}

test('shows over HTTP what is written to the forecasts topic, and stops at once with a listener on', async () => {
  const { gateway, log } = await run()
  const events = heardEvents(await fetch(`${gateway.url}/v1/forecasts?events=forecast`))
  const message = madeUpForecast({ series: 'a/b ü', originMs: Date.UTC(2001, 0, 1), value: 4, partition: 2 })
  await log.append(pipelines[0]!.topics.forecasts, [forecastRecord(message)])
  expect(await nextEvents(events, 'message')).toEqual([message])
  const answer = await fetch(`${gateway.url}/v1/series/${encodeURIComponent('a/b ü')}/forecast`)
  expect((await answer.json()).targets).toHaveLength(24)
  const before = Date.now()
  await gateway.close()
  expect(Date.now() - before).toBeLessThan(2_000)
  await expect(fetch(`${gateway.url}/livez`)).rejects.toThrow()
})

test('stops when its signal aborts', async () => {
  const stop = new AbortController()
  const { gateway } = await run({ signal: stop.signal })
  expect((await fetch(`${gateway.url}/livez`)).status).toBe(200)
  stop.abort()
  await gateway.close()
  await expect(fetch(`${gateway.url}/livez`)).rejects.toThrow()
})

test('says that a port is in use, and how to choose another', async () => {
  const other = createServer()
  const port = await new Promise<number>((resolve) => {
    other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port))
  })
  const error = await run({ port }).then(
    () => null,
    (reason: unknown) => reason as AddressUnavailableError,
  )
  other.close()
  expect(error).toBeInstanceOf(AddressUnavailableError)
  expect(error!.message).toBe(`port ${port} is in use; choose another with --port`)
  expect(error!.exitCode).toBe(2)
})

test('listens beyond this machine only with a token', async () => {
  const refused = run({ host: '0.0.0.0' })
  await expect(refused).rejects.toBeInstanceOf(TokenRequiredError)
  await expect(run({ host: '0.0.0.0', token: '' })).rejects.toMatchObject({ exitCode: 2 })
  const { gateway } = await run({ host: '0.0.0.0', token: 'secret' })
  const local = gateway.url.replace('0.0.0.0', '127.0.0.1')
  expect((await fetch(`${local}/v1/series`)).status).toBe(401)
  const headers = { authorization: 'Bearer secret' }
  expect((await fetch(`${local}/v1/series`, { headers })).status).toBe(200)
})

test('forgets clients that left, so that more can come than may listen at once', async () => {
  const { gateway } = await run()
  // The gateway takes 128 at once.
  for (let client = 0; client < 140; client += 1) {
    const leave = new AbortController()
    const response = await fetch(`${gateway.url}/v1/forecasts`, { signal: leave.signal })
    expect(response.status).toBe(200)
    await nextEvents(heardEvents(response), 'status')
    leave.abort()
  }
})

test('goes on where connections cannot be taken, as with too many files open, and says so', async () => {
  const listening = vi.spyOn(Server.prototype, 'listen')
  const told: unknown[] = []
  const warn = (_: string, fields?: object) => told.push(fields)
  const { gateway } = await run({ notes: { ...silentNotes, warn } })
  const server = listening.mock.contexts.at(-1) as Server
  listening.mockRestore()
  for (let time = 0; time < 3; time++) server.emit('error', new Error('accept EMFILE'))
  expect(told).toEqual([{ reason: 'accept EMFILE' }])
  expect((await fetch(`${gateway.url}/livez`)).status).toBe(200)
})
