import { describe, expect, it } from 'vitest'
import { readWeightsHistory } from '#services/trainer/weights-history'
import { assembleWire, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { promotionRecord, weightsRecord } from '#shared/contracts/weights-records'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { NewRecord } from '#shared/log/port'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { createPipelineTopics, smallSettings } from '../../../pipeline/pipeline-driver.js'

const settings = smallSettings()
const untrained = pipelineUntrainedWeights(settings)
const version = (number: number, of: RecurrentWeights = untrained): RecurrentWeights => ({
  ...of,
  manifest: { ...of.manifest, version: number, trainedToMs: 0, samples: 1 },
})

/** The versions that serve and wait after these records. */
async function historyOf(records: readonly NewRecord[]) {
  const log = new MemoryLog()
  await createPipelineTopics(log, settings)
  if (records.length > 0) await log.append(settings.topics.weights, records)
  const { serving, candidate } = await readWeightsHistory(
    log,
    settings.topics.weights,
    assembleWire(settings),
    untrained,
  )
  return [serving.manifest.version, candidate?.manifest.version ?? null]
}

const trained = (number: number) => weightsRecord(version(number))
const promoted = (number: number) => promotionRecord(version(number), 0)
const garbage = { partition: 0, key: null, value: Buffer.from('{"schema":'), headers: [], timestamp: 0 }

// Expected by hand: serving is the last promoted, the candidate what was published after it.
describe('readWeightsHistory', () => {
  it.each<[string, NewRecord[], [number, number | null]]>([
    ['nothing', [], [0, null]],
    ['one version', [trained(1)], [0, 1]],
    ['one that was promoted', [trained(1), promoted(1)], [1, null]],
    ['a second that waits', [trained(1), promoted(1), trained(2)], [1, 2]],
    ['a promotion of what was never published', [trained(1), promoted(9)], [0, 1]],
    [
      'what cannot be read',
      [garbage, trained(1), garbage, promoted(1), { ...garbage, value: null }],
      [1, null],
    ],
  ])('goes on from %s', async (_, records, expected) => {
    expect(await historyOf(records)).toEqual(expected)
  })

  it('goes on from a version of another architecture', async () => {
    const other = pipelineUntrainedWeights({ ...settings, cell: 'lstm', hidden: 4 })
    expect(await historyOf([trained(1), promoted(1), weightsRecord(version(2, other))])).toEqual([1, 2])
  })

  it('leaves out versions that were trained for another configuration', async () => {
    const other = pipelineUntrainedWeights({ ...settings, horizon: settings.horizon + 1 })
    expect(await historyOf([trained(1), promoted(1), weightsRecord(version(2, other)), promoted(2)])).toEqual(
      [1, null],
    )
  })
})
