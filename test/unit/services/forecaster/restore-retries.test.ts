import { NEVER, type Observable, of, Subject } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RestoreRetries } from '#services/forecaster/restore-retries'
import { LogAwayError, LogUnavailableError, RetentionGapError } from '#shared/log/errors'
import type { PipelineMetrics } from '#shared/telemetry/pipeline-metrics'
import type { StructuredLog } from '#shared/telemetry/structured-log'

describe('a partition whose commit failed', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  function retries(stopping$: Observable<unknown> = NEVER, isStopping = () => false) {
    const said: string[] = []
    const reasons: unknown[] = []
    let counted = 0
    const notes = {
      warn: (message: string, fields: { readonly reason: string }) => {
        said.push(message)
        reasons.push(fields.reason)
      },
    } as unknown as StructuredLog
    const metrics = { commitFailed: () => counted++ } as unknown as PipelineMetrics
    const made = new RestoreRetries({ pipeline: 'p', partition: 3, metrics, notes, stopping$, isStopping })
    return { made, said, reasons, counted: () => counted }
  }

  /** What comes of a failure within an hour. */
  function outcome(after: Observable<unknown>): string {
    let came = 'nothing'
    after.subscribe({
      next: () => (came = 'again'),
      error: (error: Error) => (came = error.constructor.name),
      complete: () => (came = came === 'nothing' ? 'ended' : came),
    })
    vi.advanceTimersByTime(3_600_000)
    return came
  }

  it('is tried for as long as the log is away, and each time is told and counted', () => {
    const { made, said, counted } = retries()
    for (let i = 0; i < 200; i++) expect(outcome(made.after(new LogAwayError('away')))).toBe('again')
    expect(said).toEqual(Array.from({ length: 200 }, () => 'commit failed, restoring'))
    expect(counted()).toBe(200)
  })

  it('is tried five times in a row after what nobody can explain, outages in between or not', () => {
    const { made } = retries()
    const results = Array.from({ length: 6 }, (_, i) => {
      expect(outcome(made.after(new LogAwayError('away')))).toBe('again')
      return outcome(made.after(i % 2 ? new TypeError('odd') : new LogUnavailableError('odd')))
    })
    expect(results).toEqual(['again', 'again', 'again', 'again', 'again', 'TypeError'])
  })

  it('is told with the sentence that says why, and no class of ours', () => {
    const { made, reasons } = retries()
    const why = 'Kafka could not write transactional id foretide-p-3: connect ECONNREFUSED.'
    outcome(made.after(new LogAwayError(why)))
    outcome(made.after(new TypeError('odd')))
    outcome(made.after('odd as well'))
    expect(reasons).toEqual([why, 'odd', 'odd as well'])
  })

  it('has its five again once a commit worked', () => {
    const { made } = retries()
    for (let i = 0; i < 50; i++) {
      expect(outcome(made.after(new TypeError('odd')))).toBe('again')
      made.worked()
    }
  })

  it('ends at once after what waiting cannot mend', () => {
    expect(outcome(retries().made.after(new RetentionGapError('gone')))).toBe('RetentionGapError')
  })

  it('is left, with a word, when the forecaster stops', () => {
    const { made, said } = retries(of(1), () => true)
    expect(outcome(made.after(new LogAwayError('away')))).toBe('ended')
    expect(said).toEqual(['states not saved; the next start computes them again'])
  })

  it('is left when the forecaster stops during the pause', () => {
    const stopping = new Subject<void>()
    const after = retries(stopping).made.after(new LogAwayError('away'))
    let ended = false
    after.subscribe({ complete: () => (ended = true) })
    stopping.next()
    expect(ended).toBe(true)
  })
})
