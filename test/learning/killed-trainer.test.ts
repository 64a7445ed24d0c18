import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { type ContestMessage, contestMessage, promotionMessage } from '#shared/contracts/promotion'
import { type EmbeddedLog, openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import type { NewRecord } from '#shared/log/port'
import { createPipelineTopics, smallSettings } from '../pipeline/pipeline-driver.js'

// The child is JavaScript and imports the build, so that it needs nothing but Node.
const CHILD = fileURLToPath(new URL('./trainer-child.mjs', import.meta.url))
const settings = smallSettings({
  ...{ partitions: 2, season: 4, horizon: 3, hidden: 4, learn: true, learnBootstrap: false },
  ...{ learnEvery: { samples: 1e9 }, learnOnDrift: false },
})
const { cadenceMs, topics, inputTopic, partitions } = settings
const START = Date.UTC(2020, 0, 1)
const SERIES = 3

const at = (cell: number) => START + cell * cadenceMs
const json = (partition: number, body: unknown, timestamp: number): NewRecord => ({
  ...{ partition, key: null, value: Buffer.from(JSON.stringify(body)), headers: [], timestamp },
})

function history(cells: number): NewRecord[] {
  const records: NewRecord[] = []
  for (let cell = 0; cell < cells; cell++) {
    for (let s = 0; s < SERIES; s++) {
      const value = (cell % 2 === 0 ? 1 : -1) * (1 + 0.1 * Math.sin(cell * cell + s))
      records.push(json(s % partitions, { series: `s${s}`, time: at(cell), value }, at(cell)))
    }
  }
  return records
}

/** Scores of two versions, one a cell and series: the challenger errs a fifth less, with noise of its own in each block. */
function scores(cells: number, champion: number, challenger: number): NewRecord[] {
  const records: NewRecord[] = []
  for (let cell = 0; cell < cells; cell++) {
    for (let s = 0; s < SERIES; s++) {
      const target = { time: new Date(at(cell)).toISOString() }
      const better = 0.8 + 0.3 * Math.sin(cell * 3.7 + s)
      const experts = { recurrent: [1], shadow: [better] }
      const both = { weights: [champion], shadowWeights: [challenger] }
      const schema = 'foretide.score/1'
      const body = { schema, series: `s${s}`, target, leads: [1], naive: [1], ...both, experts }
      records.push(json(s % partitions, body, at(cell)))
    }
  }
  return records
}

let folder: string
const living = new Set<ChildProcess>()
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-killed-'))
})
afterAll(() => {
  for (const child of living) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

async function freshLog(name: string): Promise<EmbeddedLog> {
  const log = await openEmbeddedLog(join(folder, name), { clock: systemClock })
  await createPipelineTopics(log, settings)
  await log.append(inputTopic, history(400))
  return log
}

/** One life of a trainer's process. `ended` resolves when it has exited. */
function live(name: string, workerKills: number, onLine: (line: string, child: ChildProcess) => void) {
  const argument = JSON.stringify({ dir: join(folder, name), settings, workerKills })
  const child = spawn(process.execPath, [CHILD, argument], { stdio: ['ignore', 'pipe', 'inherit'] })
  living.add(child)
  createInterface({ input: child.stdout! }).on('line', (line) => onLine(line, child))
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      living.delete(child)
      resolve()
    }),
  )
  return { child, ended }
}

/** Waits for a record of the weights topic. */
async function until<T>(log: EmbeddedLog, read: (key: string, value: Uint8Array) => T | null): Promise<T> {
  for await (const { records } of log.read(topics.weights, 0, 0)) {
    for (const { key, value } of records) {
      const found = value && read(Buffer.from(key!).toString(), value)
      if (found !== null) return found
    }
  }
  throw new Error('the topic ended')
}
const firstVersion = (log: EmbeddedLog) =>
  until(log, (key, value) => (key === 'version:1' ? Buffer.from(value).toString() : null))
const verdict = (log: EmbeddedLog) =>
  until(log, (key, value) =>
    key === 'promotion:1' ? promotionMessage.parse(JSON.parse(Buffer.from(value).toString())) : null,
  )
const contests = (log: EmbeddedLog, blocks: number) =>
  until<ContestMessage>(log, (key, value) => {
    if (key !== 'contest') return null
    const message = contestMessage.parse(JSON.parse(Buffer.from(value).toString()))
    return message.contest.blocks >= blocks ? message : null
  })

/** The version and the verdict of a trainer that nobody disturbs: what the others have to come to. */
async function undisturbed() {
  const log = await freshLog('undisturbed')
  const { child, ended } = live('undisturbed', 0, () => undefined)
  const version = await firstVersion(log)
  await log.append(topics.scores, scores(600, 0, 1))
  const decided = await verdict(log)
  child.kill('SIGTERM')
  await ended
  await log.close()
  return { version, decided }
}

let expected: Awaited<ReturnType<typeof undisturbed>>
beforeAll(async () => {
  expected = await undisturbed()
}, 600_000)

// Expected: what a trainer that was left alone published, byte for byte.
describe('a trainer that is killed', () => {
  it('in its worker thread, in the middle of three sessions, learns the same from the same', async () => {
    const log = await freshLog('threads')
    const lines: string[] = []
    const { child, ended } = live('threads', 3, (line) => lines.push(line))
    expect(await firstVersion(log)).toBe(expected.version)
    expect(lines.filter((line) => line === 'K')).toHaveLength(3)
    child.kill('SIGTERM')
    await ended
    await log.close()
  })

  it('with kill -9, in sessions and in a contest, comes to the same version and the same verdict', async () => {
    const log = await freshLog('processes')
    for (let kill = 0; kill < 3; kill++) {
      const { ended } = live('processes', 0, (line, child) => {
        if (line.startsWith('P ') && Number(line.slice(2)) >= 40) child.kill('SIGKILL')
      })
      await ended
    }
    const { end } = await log.bounds(topics.weights, 0)
    expect(end, 'nothing was published by those that were killed').toBe(0)

    let { child, ended } = live('processes', 0, () => undefined)
    expect(await firstVersion(log)).toBe(expected.version)
    const all = scores(600, 0, 1)
    for (const [part, blocks] of [
      [0.02, 1],
      [0.035, 4],
    ] as const) {
      const from = part === 0.02 ? 0 : Math.floor(0.02 * all.length)
      await log.append(topics.scores, all.slice(from, Math.floor(part * all.length)))
      await contests(log, blocks)
      child.kill('SIGKILL')
      await ended
      ;({ child, ended } = live('processes', 0, () => undefined))
    }
    await log.append(topics.scores, all.slice(Math.floor(0.035 * all.length)))
    const decided = await verdict(log)
    expect(decided.evidence).toEqual(expected.decided.evidence)
    child.kill('SIGTERM')
    await ended
    await log.close()
  })
})
