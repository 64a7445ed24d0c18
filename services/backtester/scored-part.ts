import type { Feed } from '#shared/feed/feed'
import { spanOfFeed } from '#shared/feed/span-of-feed'
import { type ProtocolRows, resolveProtocol, type TestProtocol } from '#shared/scoring/test-protocol'

/** Which part of a feed is scored. */
export interface ScoredPart {
  /** Time of the first event. */
  readonly firstMs: number
  /** Time of the first origin that counts. */
  readonly fromMs: number
  /** Time of the last event. */
  readonly toMs: number
  readonly protocol?: TestProtocol
  /** Events that are read: all, or those before the end of a protocol's test. */
  readonly total: number
}

/**
 * The test part of a protocol; without one the last half of the feed's time.
 * @throws ProtocolError when the feed has no such rows
 */
export async function resolveScoredPart(
  feed: Feed,
  rows: ProtocolRows | undefined,
  { horizon, cadenceMs }: { readonly horizon: number; readonly cadenceMs: number },
): Promise<ScoredPart> {
  const { firstMs, lastMs: toMs } = await spanOfFeed(feed)
  if (!rows) return { firstMs, fromMs: firstMs + (toMs - firstMs) / 2, toMs, total: feed.total }
  const protocol = await resolveProtocol(feed, rows, horizon, cadenceMs)
  const total = await countBefore(feed, protocol.toMs)
  return { firstMs, fromMs: protocol.fromMs - cadenceMs, toMs: protocol.toMs, protocol, total }
}

/** Events before a time: what comes after a protocol's last target is not read. */
async function countBefore(feed: Feed, endMs: number): Promise<number> {
  let count = 0
  for await (const { timeMs } of feed.events()) {
    if (timeMs >= endMs) break
    count++
  }
  return count
}
