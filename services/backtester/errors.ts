import { ForetideError } from '#shared/errors/foretide-error'

/** Two configurations that cannot be compared lead by lead. */
export class ConfigurationsDifferError extends ForetideError {
  readonly code = 'CONFIGURATIONS_DIFFER'
  override readonly exitCode = 2
}

/** A file's name says no format that is known. */
export class FileEndingError extends ForetideError {
  readonly code = 'FILE_ENDING'
  override readonly exitCode = 2
}

/** Origins that the data do not reach. */
export class OriginOutsideError extends ForetideError {
  readonly code = 'ORIGIN_OUTSIDE'
  override readonly exitCode = 2
}

/** A file that was asked for and cannot be written. */
export class FileUnwritableError extends ForetideError {
  readonly code = 'FILE_UNWRITABLE'
  override readonly exitCode = 3
}
