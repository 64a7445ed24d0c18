import type { LogRecord } from '#shared/log/port'
import type { Snapshot } from './snapshot.js'
import type { PartitionPosition, Wire } from './wire.js'

/** What a partition of the state topic holds, as its records tell it one after another. */
export class SavedPartition {
  position: PartitionPosition | null = null
  /** Saved states by series. */
  readonly series = new Map<string, Uint8Array>()
  /** By id. */
  readonly snapshots = new Map<string, Snapshot>()

  /** @param keepsSeries false: series are passed over */
  constructor(private readonly keepsSeries = true) {}

  /** @throws CorruptStateError */
  take(wire: Wire, records: readonly Pick<LogRecord, 'key' | 'value'>[]): void {
    for (const { key, value } of records) {
      const record = wire.readState(key, value)
      if (record?.kind === 'position') this.position = record.position
      else if (record?.kind === 'series') {
        if (this.keepsSeries) this.series.set(record.id, record.bytes)
      } else if (record?.snapshot) this.snapshots.set(record.id, record.snapshot)
      else if (record) this.snapshots.delete(record.id)
    }
  }
}
