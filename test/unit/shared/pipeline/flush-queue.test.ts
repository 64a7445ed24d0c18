import { describe, expect, it } from 'vitest'
import { FlushQueue } from '#shared/pipeline/flush-queue'
import { SeriesState } from '#shared/series-state/series-state'

function changed(dirtyFrom: number): SeriesState {
  const state = new SeriesState(`s${dirtyFrom}`, 0, new Float64Array(0))
  state.dirtyFrom = dirtyFrom
  return state
}

// Expected by hand.
describe('FlushQueue', () => {
  it('hands out those that have waited longest, no more than asked for', () => {
    const queue = new FlushQueue()
    const [a, b, c] = [changed(1), changed(2), changed(3)]
    queue.add(a, 100)
    queue.add(b, 200)
    queue.add(c, 300)
    queue.add(a, 400)
    expect([...queue.due(200, 9)]).toEqual([a, b])
    expect([...queue.due(1e9, 1)]).toEqual([a])
    expect(queue.due(99, 9).size).toBe(0)
  })

  it('replays from the oldest record that no saved state has seen', () => {
    const queue = new FlushQueue()
    const [a, b] = [changed(5), changed(8)]
    queue.add(a, 0)
    queue.add(b, 0)
    expect(queue.replayFrom(20, new Set())).toBe(5)
    expect(queue.replayFrom(20, new Set([a]))).toBe(8)
    expect(queue.replayFrom(20, new Set([a, b]))).toBe(20)
    expect(queue.replayFrom(3, new Set())).toBe(3)
  })

  it('forgets those that were saved', () => {
    const queue = new FlushQueue()
    const [a, b] = [changed(5), changed(8)]
    queue.add(a, 0)
    queue.add(b, 0)
    queue.clean(new Set([a]))
    expect([queue.size, a.dirtyFrom, b.dirtyFrom]).toEqual([1, -1, 8])
    expect(queue.replayFrom(20, new Set())).toBe(8)
  })
})
