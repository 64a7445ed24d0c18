/**
 * A forecaster, and beside it a trainer whose thread is killed again and again, in a process of its own, run from the build.
 * Argument: JSON of dir, settings, events, kills (0: no trainer at all), seed, and whether the first life may `learn` a version in peace, which
 * the forecaster then has beside the serving one. Ends when all events are forecast.
 * Writes a JSON line for each life of the thread: what it `met` (killed, or what came of its session), at which `step` of a session, the readings
 * with an outcome then (`position`), and whether the thread computed with NaN (`poisoned`). A last line tells the same `position` and `warnings`.
 */

import { syncBuiltinESMExports } from 'node:module'
import { setTimeout } from 'node:timers/promises'
import threads from 'node:worker_threads'
import { runForecaster } from '#services/forecaster/run-forecaster'
import { systemClock } from '#shared/clock/system-clock'
import { topicSpecs } from '#shared/contracts/topics'
import { trainingRequestRecord } from '#shared/contracts/training-records'
import { openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import { SeededRandom } from '#shared/recurrent/seeded-random'

const { dir, settings, events, kills, seed, learn } = JSON.parse(process.argv[2])
const { inputTopic, partitions, topics, cadenceMs } = settings
const write = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)
const random = new SeededRandom(seed)

// Every thread that the trainer starts is seen here. In every third life all roots are NaN: scales, features, gradients' norms.
const poison = new URL('./poison.mjs', import.meta.url).href
let lives = 0
let thread = null
const { Worker } = threads
threads.Worker = class extends Worker {
  constructor(file, options) {
    const poisoned = ++lives <= kills && lives % 3 === 0
    super(file, { ...options, ...(poisoned ? { execArgv: ['--import', poison] } : {}) })
    this.poisoned = poisoned
    thread = this
    this.on('message', ({ kind, step, last }) => {
      if (kind === 'progress') this.step = step
      if (kind === 'training') this.outcome = last.result
    })
  }
}
syncBuiltinESMExports()
const { runTrainer } = await import('#services/trainer/run-trainer')

const log = await openEmbeddedLog(dir, { clock: systemClock })
await log.createTopics([
  { topic: inputTopic, partitions, cleanup: 'delete' },
  ...topicSpecs(topics, partitions, {}),
])
const warnings = []
const warn = (message, fields) => warnings.push(`${message} ${JSON.stringify(fields ?? {})}`)
const notes = { info: () => undefined, warn, error: warn }
const metrics = new Proxy({}, { get: () => () => undefined })
const forecaster = await runForecaster({ log, pipeline: settings, clock: systemClock, metrics, notes })

let fed = 0
/** Readings of three series side by side: waves of their own with noise, and now and then something that is no reading. */
async function feedTo(count) {
  const records = []
  for (; fed < count; fed++) {
    const [series, t] = [fed % 3, Math.floor(fed / 3)]
    const time = Date.UTC(2020, 0, 1) + t * cadenceMs
    const noise = Math.sin(12.9898 * fed) * 43758.5453
    const value = 10 * series + 3 * Math.sin((2 * Math.PI * (t + series)) / settings.season) + (noise % 1)
    const text =
      fed % 97 === 5
        ? `{"series":"s${series}","time":${time},"value":NaN}`
        : JSON.stringify({ series: `s${series}`, time, value: fed % 101 === 7 ? 1e308 : value })
    records.push({
      partition: fed % partitions,
      key: null,
      value: Buffer.from(text),
      headers: [],
      timestamp: time,
    })
  }
  await log.append(inputTopic, records)
}

async function position() {
  let sum = 0
  for (const topic of [topics.forecasts, topics.lifecycle, topics.deadLetters])
    for (let p = 0; p < partitions; p++) sum += (await log.bounds(topic, p)).end
  return sum
}

async function until(holds) {
  while (!(await holds())) await setTimeout(5)
}

if (kills > 0) await killAndFeed()
await feedTo(events)
await until(async () => (await position()) >= events)
await forecaster.stop()
await forecaster.done
await log.close()
write({ position: events, warnings })

/** A stretch of the readings per life: each is forecast while the thread lives, trains, and dies. The last one is for what was learned. */
async function killAndFeed() {
  const share = Math.floor(events / (kills + 2))
  // What a session learns from.
  await feedTo(share)
  const trainer = runTrainer({ log: { kind: 'embedded', dataDir: dir }, pipeline: settings, metrics, notes })
  if (learn) {
    await request('r0')
    await until(() => thread.outcome)
    if (thread.outcome !== 'challenger') throw new Error(`nothing to shadow: ${thread.outcome}`)
    Object.assign(thread, { outcome: undefined, step: undefined })
  }
  for (let kill = 1; kill <= kills; kill++) {
    const life = thread
    await request(`r${kill}`)
    const at = 1 + random.integer(120)
    // A poisoned thread may end its session; others are struck in the middle of theirs.
    await until(() => life.outcome || (!life.poisoned && life.step >= at))
    const { outcome: met = 'killed', step = 0, poisoned } = life
    write({ met, step, poisoned, position: await position() })
    await life.terminate()
    // Serving goes on while there is no trainer at all, or a new one reads the past.
    await feedTo(fed + share)
    await until(async () => (await position()) >= fed)
    await until(() => thread !== life)
  }
  const last = thread
  await until(() => last.outcome)
  write({ met: last.outcome, step: last.step, poisoned: last.poisoned, position: await position() })
  await feedTo(events)
  await until(async () => (await position()) >= events)
  await trainer.stop()
}

function request(id) {
  const message = {
    schema: 'foretide.training-request/1',
    id,
    time: '2020-01-01T00:00:00.000Z',
    by: 'test',
    reason: null,
  }
  return log.append(topics.weights, [trainingRequestRecord(message)])
}
