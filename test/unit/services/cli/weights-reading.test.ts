import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import { verdictRecord, weightsRecord } from '#shared/contracts/weights-records'
import { openEmbeddedLog } from '#shared/log/embedded/embedded-log'
import type { NewRecord } from '#shared/log/port'
import { readWeightsFile } from '#shared/recurrent/exchange/weights-file'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { runCommand } from './command-line.js'

const APRIL = Date.UTC(2020, 3, 1)
const DAY = 86_400_000

const yaml = 'pipelines: { flights: { cadence: 1h, horizon: 2, season: 4, model: { hidden: 4 } } }\n'
const hourMs = 3_600_000
let configuration: string
const settings = () =>
  loadConfiguration({ file: configuration, flags: {}, env: {} }).pipelines[0]!.resolve(hourMs)

/** Version `version`, trained up to that day of April 2020; version 1 with one bias moved by 0.5 is all that version 2 differs by. */
function trained(version: number): RecurrentWeights {
  const { manifest, values } = pipelineUntrainedWeights(settings())
  const moved = values.slice()
  if (version > 1) moved[moved.length - 1]! += 0.5
  const heldBack = { loss: 0.25, servingLoss: 0.5, naiveLoss: 1 }
  const trainedToMs = APRIL + (version - 1) * DAY
  return {
    manifest: { ...manifest, version, trainedToMs, samples: 1_000 * version, heldBack },
    values: moved,
  }
}

function ofOtherFeatures(version: number): RecurrentWeights {
  const { manifest, values } = trained(version)
  return { manifest: { ...manifest, featureLayout: `tide ${manifest.featureLayout}` }, values }
}

const evidence = (difference: number) => ({ blocks: 12, difference, better: 25, worse: 0.1 })
const verdict = (kind: 'promote' | 'reject', version: number, champion: number, difference: number) =>
  verdictRecord(
    { kind, weights: trained(version), champion, evidence: evidence(difference) },
    APRIL + version * DAY,
  )

let folder: string
let dataDir: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'foretide-weights-'))
  dataDir = join(folder, 'data')
  configuration = join(folder, 'foretide.yaml')
  writeFileSync(configuration, yaml)
  const log = await openEmbeddedLog(dataDir, { clock: systemClock })
  const topic = 'foretide.flights.weights'
  await log.createTopics([{ topic, partitions: 1, cleanup: 'compact' }])
  const damaged: NewRecord = { ...weightsRecord(trained(9)), value: new TextEncoder().encode('{"schema":') }
  await log.append(topic, [
    weightsRecord(trained(1)),
    verdict('promote', 1, 0, 0.2),
    weightsRecord(trained(2)),
    verdict('reject', 2, 1, -0.01),
    damaged,
    weightsRecord(trained(3)),
    weightsRecord(ofOtherFeatures(4)),
    verdict('promote', 4, 1, 0.2),
  ])
  await log.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const weights = (...argv: string[]) =>
  runCommand(['weights', ...argv, '--config', configuration, '--data-dir', dataDir])

describe('foretide weights ls', () => {
  it('tells of every version what it does and what was decided on it', async () => {
    const { code, out } = await weights('ls')
    expect(code).toBe(0)
    expect(out).toContain('flights: version 1 serves, version 3 shadows')
    // (2 · 0.2) / 1.2 and (2 · 0.01) / 0.99 by hand.
    expect(out).toMatch(
      / 1 +serving +gru 1 × 4 +2020-04-01 00:00 .* promoted 2020-04-02 00:00, 12 blocks, error 33\.3 % lower/,
    )
    expect(out).toMatch(/ 2 +rejected .* error 2\.0 % higher/)
    expect(out).toMatch(/ 3 +shadow/)
    expect(out).toMatch(/ 0 +retired/)
  })

  it('says of a version with other features that it cannot serve, whatever was decided on it', async () => {
    const { out } = await weights('ls')
    expect(out).toMatch(/ 4 +unfit +gru 1 × 4/)
    expect(out).toMatch(/unfit, 4: they were trained on other features: "tide" where ".+" is fed/)
    const shown = await weights('show', '4')
    expect(shown.out).toMatch(/cannot serve +they were trained on other features/)
    const { unfit, state } = JSON.parse((await weights('show', '4', '--json')).out)
    expect([state, unfit]).toEqual(['unfit', expect.stringContaining('other features')])
  })

  it('names a record that cannot be read, and goes on', async () => {
    expect((await weights('ls')).out).toMatch(/refused, offset 4: .*not JSON/)
  })

  it('writes a JSON line per version', async () => {
    const { out } = await weights('ls', '--json')
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.map(({ pipeline, version, state }) => [pipeline, version, state])).toEqual([
      ['flights', 0, 'retired'],
      ['flights', 1, 'serving'],
      ['flights', 2, 'rejected'],
      ['flights', 3, 'shadow'],
      ['flights', 4, 'unfit'],
    ])
    expect(lines[2]).toMatchObject({
      verdict: 'rejected',
      samples: 2_000,
      evidence: { champion: 1, blocks: 12 },
    })
  })

  it('says where no log is', async () => {
    const { code, err } = await runCommand(['weights', 'ls', '--data-dir', join(folder, 'none')])
    expect(code).toBe(3)
    expect(err).toContain('there is no log in')
  })
})

describe('foretide weights show', () => {
  it('shows the serving version where none is named', async () => {
    const { out } = await weights('show')
    expect(out).toContain('flights, weights version 1: serving')
    // 3·4·F + 3·4·4 + 2·12 for the layer, 2·4 + 2·F + 2 for the head, by the shapes of a GRU of F features.
    const { inputs } = trained(1).manifest
    const parameters = 12 * inputs + 48 + 24 + 8 + 2 * inputs + 2
    expect(out).toContain(
      `gru, 1 layer of 4 units, ${inputs} features in, 2 out, ${parameters.toLocaleString('en')} parameters`,
    )
    expect(out).toContain('12 blocks of live scores against version 0')
  })

  it('names the known versions when it is asked for another', async () => {
    const { code, err } = await weights('show', '7')
    expect(code).toBe(2)
    expect(err).toContain('flights has no weights version 7; it has 0, 1, 2, 3, 4')
  })
})

describe('foretide weights diff', () => {
  it('ends with 1 and shows what moved, tensor by tensor', async () => {
    const { code, out } = await weights('diff', '1', '2', '--json')
    expect(code).toBe(1)
    const { tensors } = JSON.parse(out)
    const moved = tensors.filter(({ largest }: { largest: number }) => largest > 0)
    expect(moved).toEqual([
      expect.objectContaining({ tensor: 'head.outputBias', largest: 0.5, differenceNorm: 0.5 }),
    ])
  })

  it('ends with 0 for equal ones', async () => {
    expect((await weights('diff', '2', '3')).code).toBe(0)
  })
})

describe('foretide weights export', () => {
  it('writes a file that holds the numbers and where they come from', async () => {
    const file = join(folder, 'two.safetensors')
    expect((await weights('export', '2', file)).code).toBe(0)
    const { net } = readWeightsFile(readFileSync(file))
    expect(net.values).toEqual(trained(2).values)
    expect(net.provenance).toMatchObject({
      version: 2,
      samples: 2_000,
      featureLayout: trained(2).manifest.featureLayout,
    })
  })

  it('has nothing to write of the untrained version', async () => {
    const { code, err } = await weights('export', '0', join(folder, 'zero'))
    expect(code).toBe(2)
    expect(err).toContain('version 0 is untrained')
  })
})
