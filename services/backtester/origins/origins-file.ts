import { rename, rm } from 'node:fs/promises'
import type { BacktestObserver, RunAbout } from '../backtest-run.js'
import { FileEndingError, FileUnwritableError } from '../errors.js'
import { csvSink } from './csv-sink.js'
import { numberColumns, originRow } from './origin-rows.js'
import type { OriginsSink } from './origins-sink.js'
import { parquetSink } from './parquet-sink.js'

/** Every scored forecast, in a file of its own: it has its name only when it is whole. */
export class OriginsFile {
  private constructor(
    private readonly file: string,
    private readonly sink: OriginsSink,
    private readonly levels: readonly number[],
  ) {}

  /**
   * @param file ends with .parquet or .csv
   * @param levels of the quantiles that it has columns for, rising
   * @throws FileUnwritableError when it cannot be written; FileEndingError when it ends otherwise
   */
  static async open(file: string, levels: readonly number[]): Promise<OriginsFile> {
    const part = partOf(file)
    const columns = numberColumns(levels)
    try {
      if (/\.parquet$/i.test(file)) return new OriginsFile(file, parquetSink(part, columns), levels)
      if (/\.csv$/i.test(file)) return new OriginsFile(file, await csvSink(part, columns), levels)
    } catch (cause) {
      throw unwritable(file, cause)
    }
    throw new FileEndingError(`--origins ${file} must end with .parquet or .csv.`)
  }

  observer(configuration: string, { settings }: RunAbout): BacktestObserver {
    return {
      onOutcome: (outcome) =>
        this.sink.add(originRow(outcome, configuration, settings.cadenceMs, this.levels)),
      settle: () => this.written(this.sink.settle()),
    }
  }

  /** @throws FileUnwritableError as where the disk is full */
  async close(): Promise<void> {
    await this.written(this.sink.close().then(() => rename(partOf(this.file), this.file)))
  }

  /** The backtest did not come to its end: leave nothing half. */
  async discard(): Promise<void> {
    await this.sink.close().catch(() => undefined)
    await rm(partOf(this.file), { force: true })
  }

  private async written(work: Promise<void>): Promise<void> {
    await work.catch((cause: unknown) => {
      throw unwritable(this.file, cause)
    })
  }
}

function unwritable(file: string, cause: unknown): FileUnwritableError {
  return new FileUnwritableError(`${file} cannot be written: ${(cause as Error).message}`, { cause })
}

function partOf(file: string): string {
  return `${file}.part`
}
