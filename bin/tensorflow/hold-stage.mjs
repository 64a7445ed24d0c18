import { mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from '../setup-error.mjs'

/** A set-up that is older than this is taken for dead: another process may have its number by now. */
const AGE_MS_MAX = 60 * 60_000

const NAME = /^[.]foretide-tensorflow-(\d+)$/

function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/**
 * What killed set-ups have left is removed; that of a living one is respected. Each has a name of its own, because what
 * a killed one had started may write on for a moment.
 */
function removeDead(folder) {
  for (const name of readdirSync(folder)) {
    const owner = Number(NAME.exec(name)?.[1])
    if (Number.isNaN(owner) || owner === process.pid) continue
    const stage = join(folder, name)
    const ageMs = Date.now() - (statSync(stage, { throwIfNoEntry: false })?.mtimeMs ?? 0)
    if (alive(owner) && ageMs < AGE_MS_MAX) {
      throw new SetupError(`process ${owner} is setting TensorFlow up already; wait for it`, 1)
    }
    try {
      rmSync(stage, { recursive: true, force: true, maxRetries: 3 })
    } catch {
      // Still being written to; the next set-up removes it.
    }
  }
}

/** @throws {SetupError} there is not that much room in `folder` */
export function requireSpace(folder, bytes) {
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize >= bytes) return
  const mb = (count) => `${Math.ceil(count / 1e6)} MB`
  throw new SetupError(
    `${folder} has ${mb(bavail * bsize)} left and ${mb(bytes)} are needed; make room and try again`,
    1,
  )
}

/**
 * Do something with a folder for half-done things, on the disk of `node_modules` so that a rename moves them there.
 * One process at a time; the folder is gone afterwards, however it ends.
 *
 * @template T
 * @param {string} root
 * @param {(stage: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function holdStage(root, work) {
  const folder = join(root, 'node_modules')
  const stage = join(folder, `.foretide-tensorflow-${process.pid}`)
  removeDead(folder)
  rmSync(stage, { recursive: true, force: true })
  mkdirSync(stage)
  try {
    return await work(stage)
  } finally {
    rmSync(stage, { recursive: true, force: true, maxRetries: 3 })
  }
}
