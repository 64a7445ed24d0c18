import type { OriginRow } from './origin-rows.js'

/** A file that scored forecasts are written to. */
export interface OriginsSink {
  add(row: OriginRow): void
  /** Hand what has gathered to the disk. */
  settle(): Promise<void>
  /** The file is whole. */
  close(): Promise<void>
}
