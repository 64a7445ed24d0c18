import { ForetideError } from '#shared/errors/foretide-error'

/** A benchmark's data are not where they were looked for. */
export class DatasetMissingError extends ForetideError {
  readonly code = 'dataset-missing'
  override readonly exitCode = 3

  constructor(dataset: string, path: string) {
    super(`There is no ${dataset} at ${path}; say where it is with --data or FORETIDE_DATA.`)
  }
}
