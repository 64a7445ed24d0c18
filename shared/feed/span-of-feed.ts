import type { Feed } from './feed.js'

/** Time of the first event of a feed and of the last, milliseconds since 1970; NaN of a feed without events. Reads these two alone. */
export async function spanOfFeed(feed: Feed): Promise<{ readonly firstMs: number; readonly lastMs: number }> {
  return { firstMs: await timeAt(feed, 0), lastMs: await timeAt(feed, Math.max(0, feed.total - 1)) }
}

async function timeAt(feed: Feed, index: number): Promise<number> {
  for await (const { timeMs } of feed.events(index)) return timeMs
  return Number.NaN
}
