import type { Offset } from '../port.js'

/**
 * `fail-before`: nothing is written. `fail-after`: all is written, yet the caller hears of a failure, as when the reply is lost.
 * `fail-between`: of a commit at least once, all but what goes last and the position; exactly once, nothing.
 */
export type CommitFault = 'proceed' | 'fail-before' | 'fail-between' | 'fail-after'

/** What a test makes go wrong in a `MemoryLog`. */
export interface MemoryLogFaults {
  /** Asked before each commit; they are numbered from 1 over the whole life of the log. May call `crash()`. */
  beforeCommit?(commitNumber: number): CommitFault
  /** Asked before each append, numbered from 1 likewise. */
  beforeAppend?(appendNumber: number): CommitFault
  /** How many records `next` returns, held to 1…its own `recordsMax`: so that a test chooses the batch borders. */
  chooseBatchSize?(from: Offset, available: number): number
}
