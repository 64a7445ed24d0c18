import { expect, it } from 'vitest'
import { seasonOfFeed } from '#shared/feed/season-of-feed'
import { feedOfTable } from '#shared/feed/table-feed'
import { SeededRandom } from '#shared/recurrent/seeded-random'

const SECOND = 1000

/** Two series, a reading a second, with every tenth left out. */
function feedOf(valueAt: (second: number) => number) {
  const seconds = Array.from({ length: 2000 }, (_, i) => i).filter((i) => i % 10 !== 3)
  const rows = seconds.flatMap((second) => [0, 1].map((series) => ({ second, series })))
  return feedOfTable('pump', {
    series: ['a', 'b'],
    channels: [],
    timesMs: Float64Array.from(rows, ({ second }) => 1.6e12 + second * SECOND),
    seriesOf: Uint32Array.from(rows, ({ series }) => series),
    values: Float64Array.from(rows, ({ second, series }) => series + valueAt(second)),
  })
}

it('finds how often the readings of a feed repeat', async () => {
  expect(await seasonOfFeed(feedOf((second) => (second % 45 < 20 ? 1 : 0)))).toBe(45)
})

it('does not look at the half that a backtest scores', async () => {
  const random = new SeededRandom(1)
  const noise = Array.from({ length: 2000 }, () => random.uniform())
  const repeatsUntil = (end: number) =>
    feedOf((second) => (second < end ? (second % 45 < 20 ? 1 : 0) : noise[second]!))
  expect(await seasonOfFeed(repeatsUntil(1000))).toBe(45)
  expect(await seasonOfFeed(repeatsUntil(500))).toBe(1)
})

it('stops reading when every series has said enough', async () => {
  let read = 0
  const count = 40_000
  const feed = feedOfTable('fast', {
    series: ['a'],
    channels: [],
    timesMs: Float64Array.from({ length: count }, (_, i) => 1.6e12 + i * SECOND),
    seriesOf: new Uint32Array(count),
    values: Float64Array.from({ length: count }, (_, i) => (i % 45 < 20 ? 1 : 0)),
  })
  const counted = async function* <T>(values: AsyncIterable<T>) {
    for await (const value of values) {
      read++
      yield value
    }
  }
  const watched = {
    ...feed,
    events: (from?: number) => counted(feed.events(from)),
    readings: () => counted(feed.readings()),
  }
  expect(await seasonOfFeed(watched)).toBe(45)
  // The two ends, the 8,192 samples that are looked at, and the one after them.
  expect(read).toBe(2 + 8192 + 1)
})
