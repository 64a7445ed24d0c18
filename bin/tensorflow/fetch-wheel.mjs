import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { SetupError } from '../setup-error.mjs'
import { wheelFile } from './library-wheel.mjs'
import { lastLines, runCommand } from './run-command.mjs'

const DOWNLOAD_MS_MAX = 20 * 60_000

/** Outside of the repository, so that the next clone does not download again. */
export function cacheFolder(env = process.env, home = homedir()) {
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'foretide')
}

/** @returns {Promise<string>} hexadecimal SHA-256 of a file */
export async function hashFile(file) {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk)
  return hash.digest('hex')
}

/**
 * The wheel as a file in the cache, with the pinned hash: kept from before, or downloaded with pip, whose own
 * configuration says from where.
 *
 * @param {import('./library-wheel.mjs').LibraryWheel} wheel
 * @param {{ pip: readonly string[] | undefined, cache: string, stop: AbortSignal, shown: boolean, tell: (line: string) => void }} how
 * @returns {Promise<{ file: string, cached: boolean }>}
 * @throws {SetupError} pip cannot get it, or what came is not what is pinned
 */
export async function fetchWheel(wheel, { pip, cache, stop, shown, tell }) {
  const file = join(cache, wheelFile(wheel))
  if (existsSync(file)) {
    if ((await hashFile(file)) === wheel.sha256) return { file, cached: true }
    tell('the cached wheel is damaged; fetching it again')
    rmSync(file)
  }
  if (!pip) throw new SetupError('pip is needed to fetch the library; `apt-get install python3-pip`', 2)
  const aside = join(cache, `.download-${process.pid}`)
  try {
    mkdirSync(aside, { recursive: true })
    await download(wheel, pip, aside, { stop, shown })
    const [came] = readdirSync(aside)
    const hash = came === undefined ? 'nothing' : await hashFile(join(aside, came))
    if (hash !== wheel.sha256) {
      throw new SetupError(
        `the wheel that came is not the pinned one (SHA-256 ${hash}, wanted ${wheel.sha256}); ask whoever runs the package index that pip uses`,
        1,
      )
    }
    renameSync(join(aside, came), file)
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
  return { file, cached: false }
}

async function download({ distribution, version, platforms }, pip, folder, { stop, shown }) {
  const [command, ...before] = pip
  const { code, output, timedOut } = await runCommand(
    command,
    [
      ...[...before, 'download', `${distribution}==${version}`, '--no-deps', '--only-binary=:all:'],
      ...['--implementation', 'cp', '--python-version', '3.11'],
      ...platforms.flatMap((platform) => ['--platform', platform]),
      // The file is kept by us; a second copy in pip's cache would be 200 MB for nothing.
      ...['--no-cache-dir', '--disable-pip-version-check', '--no-input', '--retries', '2', '--timeout', '20'],
      ...['--dest', folder, ...(shown ? [] : ['--quiet'])],
    ],
    { limitMs: DOWNLOAD_MS_MAX, stop, shown },
  )
  if (code === 0) return
  const why = timedOut ? 'took longer than 20 minutes' : 'failed'
  const said = output.trim() === '' ? '' : `\n${lastLines(output, 4)}`
  throw new SetupError(
    `\`pip download ${distribution}==${version}\` ${why}; is a package index reachable (pip config list)?${said}`,
    3,
  )
}
