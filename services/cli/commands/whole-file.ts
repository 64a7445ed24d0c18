import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { ForetideError } from '#shared/errors/foretide-error'
import { WeightsRefusedError } from '#shared/recurrent/check-weights'

/** A file of weights that cannot be read or written. */
class WeightsUnreachableError extends ForetideError {
  readonly code = 'WEIGHTS_UNREACHABLE'
  override readonly exitCode = 3
}

/** A net that a forecaster could step has some megabytes; more is read by mistake. */
const FILE_BYTES_MAX = 512 << 20

/** @throws ForetideError that says why it cannot be read */
export async function readWholeFile(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file)
    if (size <= FILE_BYTES_MAX) return await readFile(file)
  } catch (cause) {
    throw unreachable(file, 'read', cause)
  }
  throw new WeightsRefusedError(
    `${file} has more than ${FILE_BYTES_MAX >> 20} MiB, which no net of ours has.`,
  )
}

/**
 * Whole or not at all: what is in `file` stays until the new bytes are on the disk beside it.
 * @throws ForetideError that says why it cannot be written
 */
export async function writeWholeFile(file: string, bytes: Uint8Array): Promise<void> {
  const beside = `${file}.partial`
  try {
    await writeFile(beside, bytes, { flush: true })
    await rename(beside, file)
  } catch (cause) {
    // Where it could not even be begun there is nothing to take away.
    await rm(beside, { force: true }).catch(() => undefined)
    throw unreachable(file, 'written', cause)
  }
}

function unreachable(file: string, done: string, cause: unknown): WeightsUnreachableError {
  const { code } = cause as NodeJS.ErrnoException
  const why =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? done === 'read'
        ? 'there is no such file'
        : 'there is no such folder'
      : code === 'EISDIR'
        ? 'it is a folder'
        : String(code)
  return new WeightsUnreachableError(`${file} cannot be ${done}: ${why}.`, { cause })
}
