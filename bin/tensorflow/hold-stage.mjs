import { mkdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from '../setup-error.mjs'

/** A set-up that is older than this is taken for dead: another process may have its number by now. */
const AGE_MS_MAX = 60 * 60_000

function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** What a killed set-up has left is removed; that of a living one is respected. */
function removeDead(stage) {
  let owner
  let ageMs
  try {
    ageMs = Date.now() - statSync(stage).mtimeMs
    owner = Number(readFileSync(join(stage, 'owner'), 'utf8'))
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    // No owner yet: it is being made at this moment, or its maker died in that moment.
    if (ageMs === undefined) return
  }
  const recent = ageMs < (owner === undefined ? 10_000 : AGE_MS_MAX)
  if (recent && (owner === undefined || (owner !== process.pid && alive(owner)))) {
    throw new SetupError(`process ${owner ?? '(unknown)'} is setting TensorFlow up already; wait for it`, 1)
  }
  rmSync(stage, { recursive: true, force: true })
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
  const stage = join(root, 'node_modules', '.foretide-tensorflow')
  removeDead(stage)
  mkdirSync(stage)
  try {
    writeFileSync(join(stage, 'owner'), String(process.pid))
    return await work(stage)
  } finally {
    rmSync(stage, { recursive: true, force: true, maxRetries: 3 })
  }
}
