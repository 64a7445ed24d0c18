/**
 * A forecaster and its feeder in a process of their own, made to be killed. Runs from the build.
 * Argument: JSON of dir, cacheDir, settings, eventsMax, meters (series of a made-up feed; 0: the demo's). Tells on descriptor 3 what it does, in lines; see `reporting-log.mjs`, and:
 * `T total` records of the whole feed; `W text` a warning or error; `C total` the records fed when the feed is whole; `F` all of it forecast;
 * `S` stopped and closed. Ends by itself after `F`, or on SIGTERM.
 */
import { writeSync } from 'node:fs'
import { runFeeder } from '#services/feeder/run-feeder'
import { runForecaster } from '#services/forecaster/run-forecaster'
import { systemClock } from '#shared/clock/system-clock'
import { topicSpecs } from '#shared/contracts/topics'
import { openFeed } from '#shared/feed/open-feed'
import { openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import { metersFeed, spoilFeed } from './crash-feed.mjs'
import { reportingLog } from './reporting-log.mjs'

const { dir, cacheDir, settings, eventsMax, meters } = JSON.parse(process.argv[2])
const { inputTopic, partitions, topics } = settings
/** Where each partition's commits have come to. */
const positions = new Array(partitions).fill(0)
let fedTo = null

const ending = new AbortController()
process.once('SIGTERM', () => ending.abort())

const source = meters > 0 ? metersFeed(eventsMax, meters) : await openFeed('demo:flights', { cacheDir })
const feed = spoilFeed(source, eventsMax)
writeSync(3, `T ${feed.total}\n`)
const log = await openEmbeddedLog(dir, { clock: systemClock })
await log.createTopics([
  { topic: inputTopic, partitions, cleanup: 'delete' },
  ...topicSpecs(topics, partitions, {}),
])
const reporting = reportingLog(log, (line) => {
  writeSync(3, `${line}\n`)
  if (line[0] !== 'O' && line[0] !== 'E') return
  const [, partition, position] = line.split(' ')
  positions[partition] = Number(position)
  endWhenDone()
})

const warn = (message, fields) => writeSync(3, `W ${message} ${JSON.stringify(fields ?? {})}\n`)
const notes = { info: () => undefined, warn, error: warn }
const ignore = () => undefined
const metrics = {
  consumed: ignore,
  outcome: ignore,
  latency: ignore,
  lag: ignore,
  seriesHeld: ignore,
  live: ignore,
  training: ignore,
  weightsDecision: ignore,
  serving: ignore,
  feed: ignore,
}
const forecaster = await runForecaster({
  log: reporting,
  pipeline: settings,
  clock: systemClock,
  metrics,
  notes,
})
const feeding = runFeeder({
  log: reporting,
  topic: inputTopic,
  partitions,
  feed,
  speed: 'max',
  clock: systemClock,
  signal: ending.signal,
  lag: () => forecaster.status().lagRecords,
})
const stopping = new Promise((resolve) => ending.signal.addEventListener('abort', resolve, { once: true }))

const fed = await feeding
if (!ending.signal.aborted) {
  let total = 0
  const ends = []
  for (let p = 0; p < partitions; p++) {
    const { end } = await log.bounds(inputTopic, p)
    ends.push(end)
    total += end
  }
  writeSync(3, `C ${total} ${fed.sent} ${fed.skipped}\n`)
  fedTo = ends
  endWhenDone()
}
await Promise.race([stopping, forecaster.done])
await forecaster.stop()
await forecaster.done
await log.close()
writeSync(3, 'S\n')

function endWhenDone() {
  if (fedTo === null || ending.signal.aborted || !fedTo.every((end, p) => positions[p] >= end)) return
  writeSync(3, 'F\n')
  ending.abort()
}
