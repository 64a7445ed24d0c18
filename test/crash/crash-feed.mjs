/** A feed with events among them that cannot be used, or not as a sample: at the same places in every run. */

import { MeterEvents } from '#services/benchmarks/kafka/meter-events'

/**
 * As many events as one likes, of hourly meters.
 * @param {number} total
 * @param {number} series
 * @returns {import('#shared/feed/feed').Feed}
 */
export function metersFeed(total, series) {
  const meters = new MeterEvents(series, 1)
  return {
    ...{ name: 'meters', fingerprint: `meters-${total}-${series}`, cadenceMs: 3_600_000, series, total },
    findings: { warnings: [], rejected: { count: 0, examples: [] } },
    async *events(from = 0) {
      for (let n = from; n < total; n++) {
        const { series: id, time: timeMs, value } = JSON.parse(meters.event(n, 0).value)
        yield { series: id, timeMs, value }
      }
    },
    readings() {
      throw new Error('nobody reads this feed by readings')
    },
  }
}

/** Good events between two bad ones; prime, so that the bad ones visit every series. */
const GOOD = 997
const BLOCK = GOOD + 1

/** What stands after event `index` of the source, from one block to the next. */
const KINDS = [
  ({ series, timeMs }) => ({ series, timeMs, value: 1e39 }),
  ({ series, timeMs }) => ({ series, timeMs, value: 'broken' }),
  (event) => event,
  ({ series, timeMs, value }) => ({ series, timeMs: timeMs - 7_200_000, value }),
  ({ series, timeMs, value }) => ({ series, timeMs: timeMs + 600_000, value: value + 1 }),
  ({ series, timeMs, value }) => ({
    series: `pair-${series}`,
    timeMs,
    values: { good: value, bad: 'broken' },
  }),
]

/**
 * @param {import('#shared/feed/feed').Feed} source without channels
 * @param {number} eventsMax events of the source at most
 * @returns {import('#shared/feed/feed').Feed}
 */
export function spoilFeed(source, eventsMax) {
  const good = Math.min(source.total, eventsMax)
  return {
    ...source,
    fingerprint: `${source.fingerprint}-${good}`,
    total: good + Math.floor(good / GOOD),
    async *events(from = 0) {
      const block = Math.floor(from / BLOCK)
      let passed = block * BLOCK
      let index = block * GOOD
      for await (const event of source.events(index)) {
        if (index >= good) return
        const isLast = index % GOOD === GOOD - 1
        const bad = isLast ? [KINDS[Math.floor(index / GOOD) % KINDS.length](event)] : []
        for (const one of [event, ...bad]) if (passed++ >= from) yield one
        index++
      }
    },
  }
}
