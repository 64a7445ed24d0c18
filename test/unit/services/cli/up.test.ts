import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const script = fileURLToPath(new URL('../../../../bin/foretide.mjs', import.meta.url))

let folder: string
let children: ChildProcessWithoutNullStreams[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-up-'))
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

/** A platform in a process of its own, from the build. */
function start(...flags: string[]) {
  const child = spawn(process.execPath, [script, 'up', '--data-dir', join(folder, 'data'), ...flags])
  children.push(child)
  let err = ''
  child.stderr.on('data', (chunk) => (err += chunk))
  const exit = once(child, 'exit').then(([code]) => code as number | null)
  return { child, exit, err: () => err }
}

/** The first JSON line with this message. */
async function lineOf(
  child: ChildProcessWithoutNullStreams,
  message: string,
): Promise<Record<string, unknown>> {
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Record<string, unknown>
    if (line.message === message) return line
  }
  throw new Error(`no line says ${message}`)
}

const quiet = ['--no-demo', '--no-learn', '--json', '--port', '0']

describe('foretide up', () => {
  it('answers over HTTP, and ends with 0 within ten seconds of a signal that comes twice, as npm sends it', async () => {
    const { child, exit } = start(...quiet)
    const { url } = await lineOf(child, 'started')
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('foretide_build_info')
    child.kill('SIGINT')
    child.kill('SIGINT')
    const late = new Promise((resolve) => setTimeout(() => resolve('late'), 10_000).unref())
    expect(await Promise.race([exit, late])).toBe(0)
  })

  it('refuses a data folder that another process uses, and a port that is taken, with one sentence', async () => {
    const first = start(...quiet)
    const { url } = await lineOf(first.child, 'started')
    const second = start('--no-demo', '--no-learn', '--port', '0')
    expect(await second.exit).toBe(2)
    expect(second.err().trim()).toMatch(/^foretide: another foretide uses .*--data-dir.*$/)
    const third = start('--no-demo', '--no-learn', '--port', new URL(String(url)).port)
    expect(await third.exit).toBe(2)
    expect(third.err().trim()).toMatch(/^foretide: port \d+ is in use; choose another with --port$/)
  })

  it.runIf(process.platform === 'linux')(
    'says of a data folder that can never be made that it is so',
    async () => {
      const { exit, err } = start('--no-demo', '--port', '0', '--data-dir', '/proc/foretide/data')
      expect(await exit).toBe(3)
      expect(err().trim()).toMatch(
        /^foretide: The log's folder \/proc\/foretide\/data cannot be opened: ENOENT.*$/,
      )
    },
  )

  it('says in one sentence which recording of a configured pipeline cannot be read', async () => {
    const config = join(folder, 'foretide.yaml')
    writeFileSync(config, 'pipelines:\n  meters: { cadence: 1h, feed: { source: nosuch.csv } }\n')
    const { exit, err } = start('--config', config, '--port', '0')
    expect(await exit).toBe(3)
    expect(err().trim()).toBe(`foretide: Cannot read ${join(folder, 'nosuch.csv')}: there is no such file.`)
  })

  it('says how it understood a file when it begins to feed it', async () => {
    const file = join(folder, 'meters.csv')
    const rows = Array.from({ length: 100 }, (_, hour) => {
      const day = new Date(Date.UTC(2020, 0, 1, hour))
      return `${day.toISOString().slice(0, 10)},${day.getUTCHours()},${50 - (hour % 7)}`
    })
    writeFileSync(file, `date,hour,load\n${rows.join('\n')}\n`)
    // An event in 3,600 s: the feed does not end by itself.
    const { child } = start('--feed', file, '--speed', '1', '--no-learn', '--json', '--port', '0')
    const message = 'Columns date and hour were read as one time. For another reading of the file say --time.'
    expect(await lineOf(child, message)).toMatchObject({ pipeline: 'meters', level: 'warn' })
  })

  it('makes a pipeline from a file, and goes on where it was stopped', async () => {
    const file = join(folder, 'meters.csv')
    const rows = Array.from({ length: 200 }, (_, i) => {
      const time = new Date(Date.UTC(2020, 0, 1, 0, 15 * i)).toISOString()
      return `${time},${i % 96},${50 - (i % 7)}`
    })
    writeFileSync(file, `time,a,b\n${rows.join('\n')}\n`)
    const flags = ['--feed', file, '--speed', 'max', '--no-learn', '--json', '--port', '0']
    const first = start(...flags)
    // 200 rows of two series.
    expect(await lineOf(first.child, 'feed done')).toMatchObject({
      pipeline: 'meters',
      sent: 400,
      skipped: 0,
    })
    first.child.kill('SIGTERM')
    expect(await first.exit).toBe(0)

    const second = start(...flags)
    expect(await lineOf(second.child, 'feed done')).toMatchObject({ sent: 0, skipped: 400 })
    second.child.kill('SIGTERM')
    expect(await second.exit).toBe(0)
  })
})
