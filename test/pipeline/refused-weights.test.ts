import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { weightsRecord } from '#shared/contracts/weights-records'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { NewRecord } from '#shared/log/port'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { hostileRecords } from './hostile-records.js'
import {
  createPipelineTopics,
  PipelineDriver,
  promotionRecord,
  readOutputs,
  smallSettings,
} from './pipeline-driver.js'

const settings = smallSettings()

function weightsOf(version: number, changes: Partial<typeof settings> = {}): RecurrentWeights {
  const { manifest, values } = pipelineUntrainedWeights({ ...settings, ...changes })
  return { manifest: { ...manifest, version, trainedToMs: 0, samples: 1 }, values }
}

/** The record of a good version, with something in its text changed. */
function spoil(version: number, change: (message: Loose) => void): NewRecord {
  const record = weightsRecord(weightsOf(version))
  const message: Loose = JSON.parse(Buffer.from(record.value!).toString())
  change(message)
  return { ...record, value: Buffer.from(JSON.stringify(message)) }
}

interface Loose {
  readonly manifest: Record<string, unknown>
  readonly tensors: Record<string, string>
  checksum: string
}

const noBetterThanNaive = () => {
  const { manifest, values } = weightsOf(2)
  const heldBack = { loss: 0.5, servingLoss: 0.6, naiveLoss: 0.5 }
  return weightsRecord({ manifest: { ...manifest, heldBack }, values })
}

const otherFeatures = () => {
  const weights = weightsOf(2)
  return weightsRecord({ ...weights, manifest: { ...weights.manifest, featureLayout: 'of another age' } })
}

const refused: [string, () => NewRecord, RegExp][] = [
  [
    'a shape that its tensors do not have',
    () => spoil(2, (m) => void Object.assign(m.manifest, { hidden: 5 })),
    /version 2 .* bytes, .* are needed/,
  ],
  [
    'another number of leads',
    () => weightsRecord(weightsOf(2, { horizon: settings.horizon + 1 })),
    /they have 30 inputs, 29 are needed/,
  ],
  [
    'a loss on held-back data that "no change" has too',
    noBetterThanNaive,
    /version 2 .* loss on held-back data is 0\.5/,
  ],
  ['another feature layout', otherFeatures, /trained on other features: "of" where /],
  ['a value that is not finite', () => spoil(2, notANumber), /head\.outputBias holds NaN/],
  [
    'a checksum that fails',
    () => spoil(2, (m) => void Object.assign(m, { checksum: 'f'.repeat(64) })),
    /checksum does not match/,
  ],
  ['bytes that are nothing', () => ({ ...weightsRecord(weightsOf(2)), value: Buffer.from('{') }), /not JSON/],
]

/** NaN in the last tensor, under the checksum that belongs to it. */
function notANumber(message: Loose): void {
  const weights = weightsOf(2)
  const values = weights.values.slice()
  values[values.length - settings.horizon] = Number.NaN
  const names = Object.keys(message.tensors)
  const bias = Buffer.from(values.slice(-settings.horizon).buffer)
  message.tensors[names.at(-1)!] = bias.toString('base64')
  const bytes = names.map((name) => Buffer.from(message.tensors[name]!, 'base64'))
  message.checksum = createHash('sha256').update(Buffer.concat(bytes)).digest('hex')
}

describe('a weights record that cannot be used', () => {
  it.each(refused)(
    'is refused with the reason, and the version before it goes on serving: %s',
    async (_, record, reason) => {
      const log = new MemoryLog()
      await createPipelineTopics(log, settings)
      const refusals: string[] = []
      const driver = await PipelineDriver.start(
        log,
        settings,
        () => 0,
        true,
        (why) => void refusals.push(why),
      )
      const records = hostileRecords(3, 300, settings.partitions)
      await log.append(settings.topics.weights, [
        weightsRecord(weightsOf(1)),
        promotionRecord(weightsOf(1), 0),
      ])
      await driver.seeWeights()
      await log.append(settings.inputTopic, records.slice(0, 150))
      await driver.drain()
      await log.append(settings.topics.weights, [record(), promotionRecord(weightsOf(2), 0)])
      await driver.seeWeights()
      expect(refusals).toHaveLength(1)
      expect(refusals[0]).toMatch(reason)
      const before = await forecastsOf(log)
      await log.append(settings.inputTopic, records.slice(150))
      await driver.drain()
      expect(await decidedVersions(log), 'it is never even shadowed').toEqual(new Set([1]))
      const after = await forecastsOf(log)
      expect(after.length).toBeGreaterThan(before.length)
      expect(new Set(after.map((line) => /"weights":\{"version":(\d+)\}/.exec(line)?.[1]))).toEqual(
        new Set(['1']),
      )
    },
  )
})

/** Versions that some partition did something with. */
async function decidedVersions(log: MemoryLog): Promise<Set<number>> {
  const versions = new Set<number>()
  for (let partition = 0; partition < settings.partitions; partition++) {
    const { start, end } = await log.bounds(settings.topics.decisions, partition)
    if (end === start) continue
    for await (const { records } of log.read(settings.topics.decisions, partition, start, end)) {
      for (const { value } of records) versions.add(JSON.parse(Buffer.from(value!).toString()).version)
    }
  }
  return versions
}

async function forecastsOf(log: MemoryLog): Promise<string[]> {
  return (await readOutputs(log, settings)).filter((line) => line.includes('foretide.forecast/1'))
}
