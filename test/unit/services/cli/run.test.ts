import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCommand } from './command-line.js'

const script = fileURLToPath(new URL('../../../../bin/foretide.mjs', import.meta.url))

let folder: string
let children: ChildProcessWithoutNullStreams[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-run-'))
  writeFileSync(join(folder, 'foretide.yaml'), 'pipelines:\n  meters:\n    cadence: 1h\n')
  children = []
})
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
  rmSync(folder, { recursive: true, force: true })
})

const place = () => ['--config', join(folder, 'foretide.yaml'), '--data-dir', join(folder, 'data')]

/** A service in a process of its own, from the build, when it says that it has started. */
async function start(service: string): Promise<{ url: string; end(): Promise<number | null> }> {
  const argv = [script, 'run', service, ...place(), '--port', '0', '--json']
  const child = spawn(process.execPath, argv)
  children.push(child)
  const exit = once(child, 'exit').then(([code]) => code as number | null)
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as { message: string; url: string; service: string }
    if (line.message !== 'started') continue
    expect(line.service).toBe(service)
    const end = () => {
      child.kill('SIGTERM')
      return exit
    }
    return { url: line.url, end }
  }
  throw new Error(`run ${service} ended before it had started`)
}

const statusOf = async (url: string) => (await fetch(url)).status

describe('foretide run', () => {
  it('stops when npm, which started it, was ended and has passed no signal on', async () => {
    const command = [process.execPath, script, 'run', 'gateway', ...place(), '--port', '0', '--json']
    // npm has a shell run what it starts; two commands, so that the shell stays.
    const shell = spawn('sh', ['-c', `${command.map((part) => `'${part}'`).join(' ')}; true`], {
      env: { ...process.env, npm_lifecycle_event: 'npx' },
    })
    children.push(shell)
    let url = ''
    // Both share the output, which ends when both have.
    for await (const text of createInterface({ input: shell.stdout })) {
      const line = JSON.parse(text) as { message: string; url: string }
      if (line.message !== 'started') continue
      url = line.url
      expect(await statusOf(`${url}/livez`)).toBe(200)
      shell.kill('SIGTERM')
    }
    expect(url).not.toBe('')
    await expect(statusOf(`${url}/livez`)).rejects.toThrow('fetch failed')
  })

  it('forecasts in one process what came in through another, which shows the forecast', async () => {
    const forecaster = await start('forecaster')
    const gateway = await start('gateway')
    const trainer = await start('trainer')
    for (const { url } of [forecaster, gateway, trainer]) {
      await expect.poll(() => statusOf(`${url}/readyz`), { timeout: 15_000 }).toBe(200)
      expect(await (await fetch(`${url}/metrics`)).text()).toContain('foretide_build_info')
    }
    const hours = Array.from({ length: 5 }, (_, hour) =>
      JSON.stringify({ series: 'm', time: `2020-01-01T0${hour}:00:00Z`, value: hour }),
    )
    const sent = await fetch(`${gateway.url}/v1/events`, { method: 'POST', body: hours.join('\n') })
    expect(await sent.json()).toMatchObject({ accepted: 5 })
    const forecast = () => statusOf(`${gateway.url}/v1/series/m/forecast`)
    await expect.poll(forecast, { timeout: 15_000 }).toBe(200)
    // Page and interface are the gateway's alone.
    expect(await statusOf(`${forecaster.url}/v1/series`)).toBe(404)
    for (const service of [trainer, gateway, forecaster]) expect(await service.end()).toBe(0)
  }, 60_000)

  it('has nothing for a trainer to do where no pipeline learns', async () => {
    writeFileSync(
      join(folder, 'foretide.yaml'),
      'pipelines:\n  meters:\n    cadence: 1h\n    learn: { enabled: false }\n',
    )
    const { code, err } = await runCommand(['run', 'trainer', ...place()])
    expect(code).toBe(2)
    expect(err).toContain('no pipeline learns')
  })
})
