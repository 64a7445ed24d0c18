import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import { openFeed } from '#shared/feed/open-feed'
import { type EmbeddedLog, openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import { compareLast, compareTopics } from './compare-topics.js'
import { countOutcomes } from './count-outcomes.js'
import { planLives } from './kill-schedule.js'
import { killTheLiving, type Life, liveAndDie } from './live-and-die.js'
import { describeLife, say } from './progress-lines.js'

// Expected: what one uninterrupted run of the same feed writes, byte for byte. No number is written down here.

const KILLS = Number(process.env.FORETIDE_CRASH_KILLS ?? 20)
const SEED = Number(process.env.FORETIDE_CRASH_SEED ?? 1)
/** Series of a made-up feed, on 12 partitions; 0: the demo's flights, on 3. */
const METERS = Number(process.env.FORETIDE_CRASH_SERIES ?? 0)
/** Of the demo, all of them by default. */
const EVENTS = Number(process.env.FORETIDE_CRASH_EVENTS ?? (METERS > 0 ? 1e6 : 1e9))
const PARTITIONS = METERS > 0 ? 12 : 3
const HOUR = 3_600_000

/** Of the made-up feed there is much, so the net is small and the horizon short. */
const model = METERS > 0 ? { horizon: 6, season: 4, model: { hidden: 8 } } : { horizon: 24 }
const flights = { cadence: '1h', ...model, input: { partitions: PARTITIONS }, weights: { pin: 0 } }
const configured = loadConfiguration({ flags: { pipelines: { flights }, learn: false }, env: {} })
const settings = configured.pipelines[0]!.resolve(HOUR)
const { topics } = settings

describe(`a forecaster that is killed ${KILLS} times`, () => {
  let folder: string
  let whole: Life
  let total: number
  const lives: Life[] = []
  const logs: EmbeddedLog[] = []
  const kills = () => lives.filter(({ signal }) => signal === 'SIGKILL')

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foretide-crash-'))
    const place = { cacheDir: join(folder, 'cache'), settings, eventsMax: EVENTS, meters: METERS }
    const [calm, rough] = [join(folder, 'uninterrupted'), join(folder, 'killed')]
    // Counts the flights, once for all.
    if (METERS === 0) await openFeed('demo:flights', place)
    const finish = planLives(SEED, 0).at(-1)!
    const { batchMax, flushAfterMs } = settings
    const beside = liveAndDie({ ...place, dir: calm }, { ...finish, batchMax, flushAfterMs }).then((life) => {
      whole = life
      total = life.report.total
      say(describeLife('uninterrupted', life))
      say(`${total} records, ${(total / life.workSeconds).toFixed(0)} a second beside the killed run`)
    })
    const plans = planLives(SEED, KILLS)
    for (let plan = plans.shift(); plan; plan = plans.shift()) {
      const life = await liveAndDie({ ...place, dir: rough }, plan)
      lives.push(life)
      say(describeLife(`seed ${SEED}, life ${lives.length}`, life))
      // Whatever went wrong would only go on.
      if (life.signal === null && life.code !== 0) break
      // It had stopped before the kill reached it: the kill is made up for.
      if (life.signal === null && plan.ending === 'stopping') plans.unshift({ ...plan, ending: 'commit' })
      // There was nothing to replay: the next kill tries again.
      const later = plans.findIndex(({ ending }) => ending === 'commit')
      if (plan.ending === 'replay' && life.struckIn !== 'replay' && later >= 0) {
        plans[later] = { ...plans[later]!, ending: 'replay' }
      }
    }
    await beside
    for (const dir of [rough, calm]) logs.push(await openEmbeddedLog(dir, { clock: systemClock }))
  }, 6 * 3_600_000)

  afterAll(async () => {
    killTheLiving()
    for (const log of logs) await log.close()
    if (folder && process.env.FORETIDE_CRASH_KEEP === undefined) await rm(folder, { recursive: true })
  })

  it('is killed while work is left, most times with a commit in flight, and once in the middle of a replay', () => {
    expect(kills()).toHaveLength(KILLS)
    for (const { report } of kills()) {
      expect(report.progress).toBeLessThan(total)
      expect(report.finished).toBe(false)
    }
    const inCommit = kills().filter(({ report }) => report.inFlight.length > 0)
    const { landed, lost } = countLandings(lives)
    say(
      `${inCommit.length} of ${KILLS} kills struck with commits in flight: ${landed} landed, ${lost} were lost`,
    )
    expect(inCommit.length).toBeGreaterThanOrEqual(0.75 * KILLS)
    // Some must really have been cut off, not only their acknowledgement.
    expect(lost).toBeGreaterThanOrEqual(0.25 * KILLS)
    const inReplay = kills().filter(({ report }) => report.replay > 0 && report.commits === 0)
    expect(inReplay.length).toBeGreaterThanOrEqual(1)
    expect(new Set(lives.map(({ plan }) => plan.batchMax)).size).toBeGreaterThan(0.8 * lives.length)
  })

  it('finishes after the last kill, and never had to recover from anything but the kills', () => {
    const { report, code } = lives.at(-1)!
    expect({ ...report.fed, code, finished: report.finished, closed: report.closed }).toMatchObject({
      total,
      code: 0,
      finished: true,
      closed: true,
    })
    expect([whole, ...lives].flatMap((life) => life.report.warnings)).toEqual([])
  })

  it('keeps every commit that was acknowledged, and nothing of one that had not begun', () => {
    for (const [i, { report }] of lives.slice(0, -1).entries()) {
      for (const [partition, position] of lives[i + 1]!.report.owned) {
        const before = report.owned.get(partition)!
        const acknowledged = report.acknowledged.get(partition) ?? before
        const begun = report.begun.get(partition) ?? before
        expect([acknowledged, begun], `life ${i + 2}, partition ${partition}`).toContain(position)
      }
    }
  })

  it('stops cleanly within 10 s when asked to, and computes nothing again after that', () => {
    const stops = lives.filter(({ plan }) => plan.ending === 'stop')
    expect(stops).toHaveLength(2)
    for (const { report, code, stopSeconds, commitsInStop } of stops) {
      expect(code).toBe(0)
      expect(stopSeconds).toBeLessThan(10)
      // The batch in hand and the states of each partition, and what was done before the signal came: not the backlog.
      expect(commitsInStop).toBeLessThanOrEqual(4 * PARTITIONS)
      expect(report.closed && !report.finished && report.progress < total).toBe(true)
      expect(report.inFlight).toEqual([])
      const { report: next } = lives[lives.findIndex((life) => life.report === report) + 1]!
      expect(next.replay).toBe(0)
    }
  })

  it('feeds every event once', async () => {
    const [killed, calm] = logs as [EmbeddedLog, EmbeddedLog]
    const { records, difference } = await compareTopics(killed, calm, {
      topic: settings.inputTopic,
      partitions: PARTITIONS,
    })
    expect(difference).toBeNull()
    expect(records).toBe(total)
  })

  it.each(['forecasts', 'scores', 'deadLetters', 'lifecycle', 'decisions'] as const)(
    'writes the %s of one uninterrupted run, byte for byte',
    async (topic) => {
      const [killed, calm] = logs as [EmbeddedLog, EmbeddedLog]
      const { records, difference } = await compareTopics(killed, calm, {
        topic: topics[topic],
        partitions: PARTITIONS,
      })
      say(`${topic}: ${records} records alike`)
      expect(difference).toBeNull()
      // With the weights pinned there is nothing to decide.
      if (topic === 'decisions') expect(records).toBe(0)
      else expect(records).toBeGreaterThan(0)
    },
  )

  it('ends with the saved states of one uninterrupted run', async () => {
    const [killed, calm] = logs as [EmbeddedLog, EmbeddedLog]
    const { records, difference } = await compareLast(killed, calm, {
      topic: topics.state,
      partitions: PARTITIONS,
    })
    expect(difference).toBeNull()
    expect(records).toBeGreaterThan(PARTITIONS)
  })

  it('gives every reading exactly one outcome', async () => {
    const { readings, kinds, faults } = await countOutcomes(logs[0]!, settings)
    say(
      `${readings} readings: ${Object.entries(kinds)
        .map(([kind, n]) => `${n} ${kind}`)
        .join(', ')}`,
    )
    expect(faults).toEqual([])
    // Each kind must really have come up, or the comparison proves nothing of it.
    for (const kind of ['forecast', 'score', 'dead letter', 'warming', 'duplicate', 'late']) {
      expect(kinds[kind], kind).toBeGreaterThan(0)
    }
  })
})

/** What the log held, afterwards, of the commits that were in flight at kills. */
function countLandings(lives: readonly Life[]): { landed: number; lost: number } {
  let landed = 0
  let lost = 0
  for (const [i, { report, signal }] of lives.slice(0, -1).entries()) {
    if (signal === null) continue
    for (const partition of report.inFlight) {
      if (lives[i + 1]!.report.owned.get(partition) === report.begun.get(partition)) landed++
      else lost++
    }
  }
  return { landed, lost }
}
