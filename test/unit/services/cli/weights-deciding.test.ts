import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { train } from '#services/trainer/train-pipeline'
import { systemClock } from '#shared/clock/system-clock'
import { pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { pipelineTopicSpecs } from '#shared/composition/pipeline-topics'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import { weightsRecord } from '#shared/contracts/weights-records'
import { openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import type { NewRecord } from '#shared/log/port'
import { writeWeightsFile } from '#shared/recurrent/exchange/weights-file'
import { shapeOf } from '#shared/recurrent/net-shape'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { promotionRecord } from '../../../pipeline/pipeline-driver.js'
import { runCommand } from './command-line.js'

const HOUR = 3_600_000
const START = Date.UTC(2020, 0, 1)

const yaml = `
pipelines:
  boiler: { cadence: 1h, horizon: 3, season: 4, model: { hidden: 4 }, input: { partitions: 1 } }
  still: { cadence: 1h, horizon: 3, season: 4, learn: { enabled: false } }
`

let folder: string
let dataDir: string
let configuration: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-deciding-'))
  configuration = join(folder, 'foretide.yaml')
  writeFileSync(configuration, yaml)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const settingsOf = (name: string) =>
  loadConfiguration({ file: configuration, flags: {}, env: {} })
    .pipelines.find((pipeline) => pipeline.name === name)!
    .resolve(HOUR)

/** Version `version` of the boiler: every value moved, so that no two are alike. */
function trained(version: number): RecurrentWeights {
  const { manifest, values } = pipelineUntrainedWeights(settingsOf('boiler'))
  const heldBack = { loss: 0.25, servingLoss: 0.5, naiveLoss: 1 }
  return {
    manifest: { ...manifest, version, trainedToMs: START, samples: 1_000 * version, heldBack },
    values: values.map((value) => value + version / 64),
  }
}

function reading(n: number): NewRecord {
  const time = START + n * HOUR
  const value = (n % 2 === 0 ? 1 : -1) * (1 + 0.1 * Math.sin(n * n))
  const body = Buffer.from(JSON.stringify({ series: 'a', time, value }))
  // Sent years later, as recorded data are.
  return { partition: 0, key: null, value: body, headers: [], timestamp: Date.UTC(2026, 0, 1) + n }
}

/** A log of its own, with both pipelines' topics, these weights of the boiler and so many readings. */
async function freshLog(records: readonly NewRecord[], readings = 3): Promise<void> {
  dataDir = mkdtempSync(join(folder, 'data-'))
  const log = await openEmbeddedLog(dataDir, { clock: systemClock })
  for (const name of ['boiler', 'still']) await log.createTopics(pipelineTopicSpecs(settingsOf(name)))
  const { topics, inputTopic } = settingsOf('boiler')
  await log.append(topics.weights, records)
  await log.append(
    inputTopic,
    Array.from({ length: readings }, (_, n) => reading(n)),
  )
  await log.close()
}

const weights = (...argv: string[]) =>
  runCommand(['weights', ...argv, '--config', configuration, '--data-dir', dataDir])
const ofBoiler = (...argv: string[]) => weights(...argv, '--pipeline', 'boiler')

/** What `ls` says: states by version, oldest first. */
async function states(...argv: string[]): Promise<string[]> {
  const { out } = await ofBoiler('ls', '--json', ...argv)
  return out
    .trim()
    .split('\n')
    .map((line) => {
      const { version, state, pinned } = JSON.parse(line)
      return `${version} ${state}${pinned ? ' pinned' : ''}`
    })
}

const twoServed = () => [
  weightsRecord(trained(1)),
  promotionRecord(trained(1), START),
  weightsRecord(trained(2)),
  promotionRecord(trained(2), START),
  weightsRecord(trained(3)),
]

describe('foretide weights promote, rollback', () => {
  it('has a version serve, and the one before again', async () => {
    await freshLog(twoServed())
    const { code, out } = await ofBoiler('promote', '1', '--reason', 'a try', '--json')
    expect(code).toBe(0)
    // The last reading's time is the decision's.
    expect(JSON.parse(out)).toEqual({
      ...{ pipeline: 'boiler', action: 'promote', version: 1, before: 2, shadow: 2, pinned: null },
      time: new Date(START + 2 * HOUR).toISOString(),
    })
    expect(await states()).toEqual(['0 retired', '1 serving', '2 shadow', '3 retired'])
    expect((await ofBoiler('show', '1')).out).toMatch(/promoted by .*@.*: a try/)

    expect((await ofBoiler('rollback')).out).toContain('version 2 serves in place of 1')
    expect(await states()).toEqual(['0 retired', '1 shadow', '2 serving', '3 retired'])
    expect((await ofBoiler('rollback')).out).toContain('version 1 serves in place of 2')
  })

  it('has nothing to roll back to before a first promotion', async () => {
    await freshLog([weightsRecord(trained(1))])
    const { code, err } = await ofBoiler('rollback')
    expect(code).toBe(2)
    expect(err).toContain('boiler has nothing to roll back to: version 0 is the first that serves')
  })

  it('names the versions that there are when it is asked for another', async () => {
    await freshLog(twoServed())
    const { code, err } = await ofBoiler('promote', '9')
    expect(code).toBe(2)
    expect(err).toContain('boiler has no weights version 9; it has 0, 1, 2, 3')
  })

  it('refuses a version that was trained on other features', async () => {
    const { manifest, values } = trained(1)
    await freshLog([weightsRecord({ manifest: { ...manifest, featureLayout: 'of another age' }, values })])
    const { code, err } = await ofBoiler('promote', '1')
    expect(code).toBe(1)
    expect(err).toMatch(/version 1 are refused: they were trained on other features: "of" where /)
    expect(await states()).toEqual(['0 untrained', '1 unfit'])
  })

  it('refuses a version that is no better on held-back data than "no change", as the forecaster does', async () => {
    const { manifest, values } = trained(1)
    const heldBack = { loss: 1, servingLoss: 2, naiveLoss: 1 }
    await freshLog([weightsRecord({ manifest: { ...manifest, heldBack }, values })])
    const { code, err } = await ofBoiler('promote', '1')
    expect(code).toBe(1)
    expect(err).toContain('their loss on held-back data is 1, that of "no change" 1')
  })

  it('knows a horizon that the pipeline was started with by a flag', async () => {
    const started = loadConfiguration({ file: configuration, flags: { horizon: '5' }, env: {} })
    const { manifest, values } = pipelineUntrainedWeights(started.pipelines[0]!.resolve(HOUR))
    await freshLog([weightsRecord({ manifest: { ...manifest, version: 1, samples: 1 }, values })])
    expect((await ofBoiler('promote', '1')).code).toBe(1)
    expect((await ofBoiler('promote', '1', '--horizon', '5')).code).toBe(0)
    expect(await states('--horizon', '5')).toEqual(['0 shadow', '1 serving'])
  })

  it('asks which pipeline is meant', async () => {
    await freshLog([])
    const { code, err } = await weights('rollback')
    expect(code).toBe(2)
    expect(err).toContain('say which pipeline with --pipeline: boiler, still')
  })

  it('leaves to the configuration what the configuration pins', async () => {
    await freshLog(twoServed())
    const file = join(folder, 'pinned.yaml')
    writeFileSync(file, yaml.replace('cadence: 1h,', 'cadence: 1h, weights: { pin: 2 },'))
    const argv = ['weights', 'promote', '1', '--pipeline', 'boiler', '--config', file, '--data-dir', dataDir]
    const { code, err } = await runCommand(argv)
    expect(code).toBe(2)
    expect(err).toContain('the configuration has version 2 serve (weights.pin of boiler)')
    await ofBoiler('pin', '2')
    const unpin = ['weights', 'unpin', ...argv.slice(3)]
    expect((await runCommand(unpin)).err).toContain('version 2 of boiler is pinned by the configuration')
  })
})

describe('foretide weights pin, unpin', () => {
  it('has one version serve until it is unpinned', async () => {
    await freshLog(twoServed())
    expect((await ofBoiler('pin', '1')).out).toContain(
      'version 1 serves in place of 2, whatever contests say',
    )
    expect(await states()).toEqual(['0 retired', '1 serving pinned', '2 shadow', '3 retired'])

    const refused = await ofBoiler('promote', '3')
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('version 1 of boiler is pinned')
    expect((await ofBoiler('rollback')).code).toBe(2)

    expect((await ofBoiler('pin', '3')).code).toBe(0)
    expect(await states()).toEqual(['0 retired', '1 shadow', '2 retired', '3 serving pinned'])
    expect((await ofBoiler('unpin')).out).toContain('version 3 goes on serving until another proves better')
    expect(await states()).toEqual(['0 retired', '1 shadow', '2 retired', '3 serving'])
    const { out } = await ofBoiler('ls')
    expect(out).toMatch(/^boiler: version 3 serves, version 1 shadows/)
    expect(out).toMatch(/ 3 +serving .* unpinned by \S+@\S+ /)
    expect(out).toMatch(/ 1 +shadow .* once pinned by \S+@\S+ /)
    const { code, err } = await ofBoiler('unpin')
    expect(code).toBe(2)
    expect(err).toContain('no version of boiler is pinned')
  })

  it('pins what serves where no version is named', async () => {
    await freshLog(twoServed())
    expect((await ofBoiler('pin')).out).toContain('version 2 serves, as before, whatever contests say')
    expect(await states()).toContain('2 serving pinned')
  })
})

describe('foretide weights import', () => {
  const write = (name: string, layout: 'foretide' | 'pytorch' | 'keras', of = trained(7)) => {
    const { manifest, values } = of
    const { version, featureLayout, trainedToMs, samples, heldBack } = manifest
    const provenance = { version, featureLayout, trainedToMs, samples, heldBack }
    const file = join(folder, name)
    writeFileSync(file, writeWeightsFile({ shape: shapeOf(manifest), values, provenance }, layout))
    return file
  }

  it.each(['foretide', 'pytorch', 'keras'] as const)('makes a file of %s a challenger', async (layout) => {
    await freshLog(twoServed())
    const file = write(`${layout}.safetensors`, layout)
    const { code, out, err } = await ofBoiler('import', file, '--json')
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ version: 4, layout, serving: 2, shadow: 4, pinned: null })
    const exported = join(folder, `${layout}-again.safetensors`)
    await ofBoiler('export', '4', exported)
    const again = await runCommand(['weights', 'convert', exported, join(folder, 'other'), '--json'])
    expect(JSON.parse(again.out).parameters).toBe(trained(7).values.length)
    expect((await ofBoiler('ls')).out).toMatch(new RegExp(`imported from ${layout}\\.safetensors by `))
  })

  it('has it serve at once with --pin', async () => {
    await freshLog(twoServed())
    const { out } = await ofBoiler('import', write('net.safetensors', 'foretide'), '--pin')
    expect(out).toMatch(/is version 4, .* it serves, whatever contests say/)
    expect(await states()).toEqual(['0 retired', '1 retired', '2 shadow', '3 retired', '4 serving pinned'])
  })

  it.each([
    ['NaN', () => spoiled(Number.NaN), /holds NaN/],
    [
      'other features',
      () => ({ ...trained(7), manifest: { ...trained(7).manifest, featureLayout: 'of another age' } }),
      /weights of bad\.safetensors are refused: they were trained on other features: "of" where /,
    ],
  ])('refuses a file with %s, and publishes nothing', async (_, of, reason) => {
    await freshLog(twoServed())
    const { code, err } = await ofBoiler('import', write('bad.safetensors', 'foretide', of()))
    expect(code).toBe(1)
    expect(err).toMatch(reason)
    expect(await states()).toHaveLength(4)
  })

  it('forgets the oldest, and says of one that it is no longer kept', async () => {
    await freshLog(twoServed())
    const file = join(folder, 'keeps-one.yaml')
    writeFileSync(file, yaml.replace('cadence: 1h,', 'cadence: 1h, weights: { keep: 1 },'))
    const few = (...argv: string[]) =>
      runCommand(['weights', ...argv, '--pipeline', 'boiler', '--config', file, '--data-dir', dataDir])
    for (const value of [1, 2]) {
      const net = write(`net-${value}.safetensors`, 'foretide', trained(8 + value))
      expect((await few('import', net)).code).toBe(0)
    }
    // 2 serves, 1 served before, 5 is the newest and shadows; 3 and 4 have had their turn.
    expect(await states()).toEqual(['0 retired', '1 retired', '2 serving', '5 shadow'])
    const { code, err } = await few('promote', '3')
    expect([code, err]).toEqual([2, expect.stringContaining('boiler no longer keeps weights version 3')])
    const log = await openEmbeddedLog(dataDir, { clock: systemClock })
    const { topics } = settingsOf('boiler')
    const gone: string[] = []
    const { end } = await log.bounds(topics.weights, 0)
    for await (const { records } of log.read(topics.weights, 0, 0, end))
      for (const { key, value } of records) if (value === null) gone.push(Buffer.from(key!).toString())
    await log.close()
    expect(gone).toEqual(['version:3', expect.stringMatching(/^version:4:/)])
    // The number of a version that is gone is not given again.
    expect((await few('import', write('net-3.safetensors', 'foretide', trained(7)))).out).toContain(
      'version 6',
    )
  })

  function spoiled(value: number): RecurrentWeights {
    const { manifest, values } = trained(7)
    const copy = values.slice()
    copy[5] = value
    return { manifest, values: copy }
  }
})

describe('foretide weights train', () => {
  it('asks the trainer that runs, waits, and prints what came of it', async () => {
    // Too few for the schedule, which would train first.
    await freshLog([], 900)
    const log = await openEmbeddedLog(dataDir, { clock: systemClock })
    const stop = new AbortController()
    const pipeline = { ...settingsOf('boiler'), learnEvery: { samples: 1e9 }, learnBootstrap: false }
    const training = train({ log, pipeline, clock: systemClock, signal: stop.signal, tell: () => undefined })
    const { code, out } = await ofBoiler('train', '--json')
    stop.abort()
    await training
    await log.close()
    expect(code).toBe(0)
    const { result, version, heldBack } = JSON.parse(out)
    expect([result, version]).toEqual(['challenger', 1])
    expect(heldBack.loss).toBeLessThan(heldBack.naiveLoss)
  }, 120_000)

  it('does not wait with --detach', async () => {
    await freshLog([])
    const { code, out } = await ofBoiler('train', '--detach')
    expect(code).toBe(0)
    expect(out).toContain('boiler: asked for a training')
  })

  it('says that a pipeline does not learn', async () => {
    await freshLog([])
    const { code, err } = await weights('train', '--pipeline', 'still')
    expect(code).toBe(2)
    expect(err).toContain('still does not learn: its configuration says learn.enabled: false')
  })
})
