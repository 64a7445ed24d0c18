import { describe, expect, it } from 'vitest'
import { chooseRewind } from '#shared/pipeline/choose-rewind'
import type { Decision } from '#shared/pipeline/decision'
import type { PartitionHistory } from '#shared/pipeline/partition-history'
import type { Snapshot } from '#shared/pipeline/snapshot'

/** A snapshot of the states before `until`, when stream time was `timeMs`; begun ten records earlier. */
const snapshot = (until: number, timeMs: number): Snapshot => ({
  ...{ id: String(until), status: 'complete', from: until - 10, until, streamTimeMs: timeMs },
  ...{ fingerprint: '', series: 1, bytes: 1, chunks: 1, standing: null, chunksFrom: 0 },
})

const span = (fromMs: number) => ({ series: null, fromMs, toMs: fromMs + 1 })
const rewind = (offset: number, until: number, ...fromMs: number[]): Decision => ({
  ...{ kind: 'rewind', offset, until, spans: fromMs.map(span), request: 0 },
})

/** Snapshots at offsets 20, 40 and 60 in the years 2, 4 and 6 of an input that begins at `start`. */
const history = (start: number, ...decisions: Decision[]): PartitionHistory => ({
  ...{ partition: 0, position: null, decisions, input: { start, end: 100 } },
  snapshots: [snapshot(20, 2), snapshot(40, 4), snapshot(60, 6)],
})

// Expected by hand, from what each snapshot has seen.
describe('a rewind goes back', () => {
  it('to the last snapshot before all that is marked', () => {
    expect(chooseRewind(history(0), [span(5), span(7)], null)).toBe(40)
    expect(chooseRewind(history(0), [span(9)], null)).toBe(60)
  })

  it('to the first record where no snapshot is so old, and nowhere where that is deleted', () => {
    expect(chooseRewind(history(0), [span(1)], null)).toBe(0)
    expect(chooseRewind(history(15), [span(1)], null)).toBe(15)
    const later = { ...history(15), position: { since: 0 } as PartitionHistory['position'] }
    expect(chooseRewind(later, [span(1)], null)).toBe(null)
  })

  it('to a snapshot whose records are still there', () => {
    expect(chooseRewind(history(35), [span(5)], null)).toBe(35)
  })

  it('where it is told to, whatever the spans say', () => {
    expect(chooseRewind(history(0), [span(5)], 3)).toBe(20)
  })

  it('for what has come or gone since the rewind before, and not for what the states are free of', () => {
    expect(chooseRewind(history(0, rewind(50, 40, 5)), [span(5), span(9)], null)).toBe(60)
    expect(chooseRewind(history(0, rewind(55, 20, 3)), [], null)).toBe(20)
  })

  it('past a snapshot that has learned from what an earlier rewind undid', () => {
    // That of 40 was taken before the rewind at 50, which went back to 20.
    expect(chooseRewind(history(0, rewind(50, 20, 3)), [span(3), span(5)], null)).toBe(20)
    expect(chooseRewind(history(0, rewind(50, 20, 3), rewind(62, 20, 3)), [span(3), span(9)], null)).toBe(20)
  })
})
