import './require-node.mjs'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSources, staleProducts } from './build-sources.mjs'
import { installPackages, packagesInstalled } from './install-packages.mjs'
import { SetupError } from './setup-error.mjs'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** A set-up that takes longer than this is taken for dead: another process may have its number by now. */
const LOCK_AGE_MS_MAX = 15 * 60_000

const say = (line) => process.stderr.write(`foretide: ${line}\n`)

function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Two terminals may start at once on a fresh clone: one sets up, the other waits for it. */
async function withLock(work) {
  const lock = join(root, 'dist', '.setup-lock')
  mkdirSync(dirname(lock), { recursive: true })
  for (let waiting = false; ; ) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    let owner = 0
    let ageMs = 0
    try {
      owner = Number(readFileSync(lock, 'utf8'))
      ageMs = Date.now() - statSync(lock).mtimeMs
    } catch {
      continue
    }
    // An empty file is one that its owner is about to fill.
    if (ageMs > LOCK_AGE_MS_MAX || (owner > 0 && !alive(owner)) || (owner === 0 && ageMs > 5_000)) {
      rmSync(lock, { force: true })
      continue
    }
    if (!waiting) say(`waiting for the set-up that process ${owner} is doing`)
    waiting = true
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  const unlock = () => rmSync(lock, { force: true })
  process.on('exit', unlock)
  try {
    return await work()
  } finally {
    process.off('exit', unlock)
    unlock()
  }
}

/** Install what the lock file asks for and build what is older than its sources. Takes a few milliseconds when there is nothing to do. */
export async function setUp() {
  if (packagesInstalled(root) && staleProducts(root).length === 0) return
  await withLock(async () => {
    if (!packagesInstalled(root)) await installPackages(root, say)
    const stale = staleProducts(root)
    if (stale.length > 0) await buildSources(root, stale, say)
  })
}

/** Run a program after the set-up, and end with its exit code; a set-up that fails ends with one sentence. */
export async function setUpAndRun(program) {
  try {
    await setUp()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    say(error.message)
    process.exitCode = error.exitCode
    return
  }
  process.exitCode = await program()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setUpAndRun(() => 0)
