import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadScript } from './load-script.js'

interface Outcome {
  readonly code: number | null
  readonly output: string
  readonly timedOut: boolean
}
const { runCommand, InterruptedError } = await loadScript<{
  runCommand(
    command: string,
    args: readonly string[],
    options: { limitMs: number; stop: AbortSignal },
  ): Promise<Outcome>
  InterruptedError: new (signal: string) => Error
}>('run-command')

interface Wheel {
  readonly distribution: string
  readonly version: string
  readonly platforms: readonly string[]
  readonly sha256: string
}
const { chooseWheel, wheelFile } = await loadScript<{
  chooseWheel(platform: string, arch: string, glibc: boolean): { wheel?: Wheel; reason?: string }
  wheelFile(wheel: Wheel): string
}>('library-wheel')
const { cacheFolder, fetchWheel } = await loadScript<{
  cacheFolder(env: Record<string, string>, home: string): string
  fetchWheel(
    wheel: Wheel,
    how: { pip: readonly string[] | undefined; cache: string; stop: AbortSignal; shown: boolean } & {
      tell(line: string): void
    },
  ): Promise<{ file: string; cached: boolean }>
}>('fetch-wheel')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-setup-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const going = new AbortController().signal

/** A program that starts another, says both ids in `file`, and waits for ever. */
function parentAndChild(file: string): string {
  const child = `setInterval(() => {}, 1000)`
  return `const { spawn } = require('node:child_process')
    const { renameSync, writeFileSync } = require('node:fs')
    const { pid } = spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' })
    writeFileSync(${JSON.stringify(`${file}.aside`)}, process.pid + ' ' + pid)
    renameSync(${JSON.stringify(`${file}.aside`)}, ${JSON.stringify(file)})
    setInterval(() => {}, 1000)`
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    // A zombie that nobody has waited for yet runs no more.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

describe('a command of the set-up', () => {
  it('ends with its code and what it said', async () => {
    const script = 'console.log("out"); console.error("err"); process.exitCode = 3'
    const outcome = await runCommand(process.execPath, ['-e', script], { limitMs: 20_000, stop: going })
    expect(outcome).toMatchObject({ code: 3, timedOut: false })
    expect(outcome.output.split('\n').sort()).toEqual(['', 'err', 'out'])
  })

  it('that takes too long is ended', async () => {
    const args = ['-e', 'setInterval(() => {}, 1000)']
    const outcome = await runCommand(process.execPath, args, { limitMs: 100, stop: going })
    expect(outcome.timedOut).toBe(true)
  })

  it('is ended with all that it has started when somebody interrupts', async () => {
    const file = join(folder, 'pids')
    const interrupt = new AbortController()
    const running = runCommand(process.execPath, ['-e', parentAndChild(file)], {
      limitMs: 20_000,
      stop: interrupt.signal,
    })
    const ended = expect(running).rejects.toThrow('interrupted by SIGINT')
    await expect.poll(() => existsSync(file), { timeout: 15_000 }).toBe(true)
    const pids = readFileSync(file, 'utf8').split(' ').map(Number)
    interrupt.abort(new InterruptedError('SIGINT'))
    await ended
    // SIGKILL is sent to the whole group at once, but each process is torn down in its own time.
    await expect.poll(() => pids.map(lives), { timeout: 15_000 }).toEqual([false, false])
  })
})

describe('the wheel', () => {
  it('is chosen by machine, and none is invented', () => {
    // Names as on the package index.
    expect(wheelFile(chooseWheel('linux', 'x64', true).wheel!)).toBe(
      'tensorflow_cpu-2.15.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    )
    expect(wheelFile(chooseWheel('linux', 'arm64', true).wheel!)).toBe(
      'tensorflow_cpu_aws-2.15.1-cp311-cp311-manylinux_2_17_aarch64.manylinux2014_aarch64.whl',
    )
    expect(chooseWheel('linux', 'x64', false).reason).toContain('glibc')
    for (const [platform, arch] of [
      ['darwin', 'arm64'],
      ['win32', 'x64'],
      ['linux', 'riscv64'],
    ] as const) {
      expect(chooseWheel(platform, arch, true).reason).toContain(platform)
    }
  })

  it('is cached outside of the repository', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/caches' }, '/home/me')).toBe('/caches/foretide')
    expect(cacheFolder({}, '/home/me')).toBe('/home/me/.cache/foretide')
  })
})

describe('fetching the wheel', () => {
  const content = 'a wheel'
  const wheel: Wheel = {
    distribution: 'some-thing',
    version: '1.0',
    platforms: ['any'],
    sha256: createHash('sha256').update(content).digest('hex'),
  }
  const name = 'some_thing-1.0-cp311-cp311-any.whl'

  /** A pip that puts `text` where the real one would put the wheel, or fails. */
  function fakePip(text: string | null): readonly string[] {
    const script = join(folder, 'pip.cjs')
    writeFileSync(
      script,
      text === null
        ? 'console.error("no such index"); process.exitCode = 1'
        : `const folder = process.argv[process.argv.indexOf('--dest') + 1]
           require('node:fs').writeFileSync(folder + '/${name}', ${JSON.stringify(text)})`,
    )
    return [process.execPath, script]
  }
  const fetchWith = (pip: readonly string[] | undefined) =>
    fetchWheel(wheel, {
      ...{ pip, cache: join(folder, 'cache'), stop: going, shown: false },
      tell: () => undefined,
    })
  const cached = () => readdirSync(join(folder, 'cache'))

  it('keeps what has the pinned hash, and asks nobody the next time', async () => {
    expect(await fetchWith(fakePip(content))).toMatchObject({ cached: false })
    const { file, cached: again } = await fetchWith(undefined)
    expect([again, readFileSync(file, 'utf8')]).toEqual([true, content])
    expect(cached()).toEqual([name])
  })

  it('refuses anything else, and keeps nothing of it', async () => {
    await expect(fetchWith(fakePip('another wheel'))).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('not the pinned one'),
    })
    expect(cached()).toEqual([])
  })

  it('fetches a damaged one again', async () => {
    const { file } = await fetchWith(fakePip(content))
    writeFileSync(file, 'damaged')
    expect(await fetchWith(fakePip(content))).toMatchObject({ cached: false })
    expect(readFileSync(file, 'utf8')).toBe(content)
  })

  it('ends with 3 and pip’s own words where nothing can be reached', async () => {
    await expect(fetchWith(fakePip(null))).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('no such index'),
    })
    expect(cached()).toEqual([])
  })
})

describe('npm run setup:tensorflow', () => {
  const script = fileURLToPath(new URL('../../../../bin/setup-tensorflow.mjs', import.meta.url))
  const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })

  it('explains itself with its exit codes', () => {
    const { status, stdout } = run('--help')
    expect(status).toBe(0)
    expect(stdout).toContain('Exit codes:')
  })

  it('ends with 2 on a flag that does not exist', () => {
    const { status, stdout } = run('--forse')
    expect(status).toBe(2)
    expect(stdout).toContain('--forse')
  })
})
