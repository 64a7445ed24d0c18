import { ForetideError } from '#shared/errors/foretide-error'

/** Another process runs the pipelines of this data folder. */
export class DataFolderTakenError extends ForetideError {
  readonly code = 'DATA_FOLDER_TAKEN'
  override readonly exitCode = 2

  constructor(dataDir: string, cause: Error) {
    super(
      `another foretide uses ${dataDir}; stop it, or choose another folder with --data-dir (${cause.message.replace(/\.$/, '')})`,
      { cause },
    )
  }
}
