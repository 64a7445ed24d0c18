import { join } from 'node:path'

/** Where LMDB keeps the records of the log in a folder: there is a log where there is such a file. */
export function recordsFile(dir: string): string {
  return join(dir, 'data.mdb')
}
