import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ForetideError } from '#shared/errors/foretide-error'
import type { GroupOwner } from '#shared/log/embedded/find-owners'
import { recordsFile } from '#shared/log/embedded/records-file'
import type { Finding } from './finding.js'

const FREE_MIN = 1e9

/** Whether the log can be kept in `dataDir`: writable, with room, and who works with it now. Creates nothing. */
export async function checkLogFolder(
  dataDir: string,
  findOwners: (dir: string) => Promise<readonly GroupOwner[]>,
): Promise<{ readonly finding: Finding; readonly pids: readonly number[] }> {
  const check = 'log folder'
  const failed = (message: string, advice: string) => ({
    finding: { check, status: 'fail', message, advice, details: { dataDir } } as const,
    pids: [],
  })
  const there = existsSync(dataDir)
  const folder = there ? dataDir : nearestFolder(dataDir)
  if (!statSync(folder).isDirectory()) return failed(`${folder} is a file`, 'choose another with --data-dir')
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch {
    return failed(`${folder} may not be written`, 'change who owns it, or choose another with --data-dir')
  }
  let owners: readonly GroupOwner[] = []
  if (existsSync(recordsFile(dataDir))) {
    try {
      owners = await findOwners(dataDir)
    } catch (error) {
      if (!(error instanceof ForetideError)) throw error
      return failed(error.message, 'or choose another with --data-dir')
    }
  }
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  const pids = [...new Set(owners.map(({ pid }) => pid))]
  const size = `${(free / 1e9).toFixed(1)} GB free`
  const used = pids.length > 0 ? `, used by process ${pids.join(', ')}` : ''
  const message = `${dataDir}${there ? '' : ' (will be made)'}, ${size}${used}`
  const details = { dataDir, exists: there, free, owners }
  const finding: Finding =
    free >= FREE_MIN
      ? { check, status: 'ok', message, details }
      : { check, status: 'warn', message, advice: 'make room: a full disk stops the log', details }
  return { finding, pids }
}

function nearestFolder(path: string): string {
  let at = path
  while (!existsSync(at)) at = dirname(at)
  return at
}
