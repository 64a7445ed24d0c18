import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { LogUnavailableError } from '../errors.js'
import { recordsFile } from './records-file.js'

/** `MDB_MAGIC`, after the 24 bytes of the first page’s header [mdb.c of LMDB 1.0, which lmdb carries]. */
const MAGIC = 0xbeefc0de
const MAGIC_AT = 24

/**
 * lmdb ends the process over a file that is none of its own, so it must not get to see one.
 * @param dir a log's folder; one without a file, or with an empty one, is about to become a log
 * @throws LogUnavailableError
 */
export function requireLmdb(dir: string): void {
  const file = recordsFile(dir)
  if (!existsSync(file) || statSync(file).size === 0) return
  const magic = Buffer.alloc(4)
  try {
    const descriptor = openSync(file, 'r')
    try {
      readSync(descriptor, magic, 0, magic.length, MAGIC_AT)
    } finally {
      closeSync(descriptor)
    }
  } catch (cause) {
    throw new LogUnavailableError(`${file} cannot be read; check its permissions`, { cause })
  }
  // In the byte order of the machine that wrote it, which is the only one that can read it.
  if (magic.readUInt32LE() === MAGIC || magic.readUInt32BE() === MAGIC) return
  throw new LogUnavailableError(`${file} is no log of Foretide, or is damaged; move it away`)
}
