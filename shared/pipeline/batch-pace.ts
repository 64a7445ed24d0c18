/** A batch is worked on in one go; while it is, the process says nothing to anybody, the group's coordinator included. */
const STEP_MS = 1_000
const FIRST_RECORDS = 500

/**
 * How many records the next batch may have, so that working on it takes about a second at most: a fraction of the time after which
 * a silent worker has lost its partitions. What the line says does not depend on where batches end.
 */
export class BatchPace {
  recordsMax: number

  constructor(private readonly batchMax: number) {
    this.recordsMax = Math.min(batchMax, FIRST_RECORDS)
  }

  /** A batch of so many records took so long. */
  took(records: number, elapsedMs: number): void {
    const affordable = elapsedMs > 0 ? Math.floor((records * STEP_MS) / elapsedMs) : Number.POSITIVE_INFINITY
    if (elapsedMs > STEP_MS) this.recordsMax = Math.max(1, affordable)
    // A small batch says little of what a large one takes.
    else this.recordsMax = Math.min(this.batchMax, Math.max(this.recordsMax, 2 * records))
  }
}
