import { describe, expect, it } from 'vitest'
import { WeightsHistory } from '#services/trainer/weights-history'
import { assembleWire, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { contestRecord, verdictRecord, weightsRecord } from '#shared/contracts/weights-records'
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
  const history = new WeightsHistory(log, settings.topics.weights, assembleWire(settings), untrained)
  await history.catchUp()
  const { serving, shadow, contest, lastVersion } = history.standing
  const running = contest && `${contest.champion} against ${contest.challenger}`
  return [serving.manifest.version, shadow?.manifest.version ?? null, running, lastVersion]
}

const trained = (number: number) => weightsRecord(version(number))
const verdict = (kind: 'promote' | 'reject', number: number) =>
  verdictRecord(
    {
      kind,
      weights: version(number),
      champion: 0,
      evidence: { blocks: 9, difference: 0.1, better: 21, worse: 0 },
    },
    0,
  )
const promoted = (number: number) => verdict('promote', number)
const rejected = (number: number) => verdict('reject', number)
const contest = (champion: number, challenger: number) =>
  contestRecord(
    {
      ...{ champion, challenger, closedTo: null, from: [3, 4, 5] },
      contest: { blocks: 0, sum: 0, better: [0], worse: [0] },
    },
    0,
  )
const garbage = { partition: 0, key: null, value: Buffer.from('{"schema":'), headers: [], timestamp: 0 }

type Expected = [serving: number, shadow: number | null, contest: string | null, last: number]

// Expected by hand: what was promoted last serves, what stood or serves before it shadows, and a contest that names just
// these two goes on.
describe('WeightsHistory', () => {
  it.each<[string, NewRecord[], Expected]>([
    ['nothing', [], [0, null, null, 0]],
    ['one version', [trained(1), contest(0, 1)], [0, 1, '0 against 1', 1]],
    ['one that was promoted', [trained(1), promoted(1), contest(1, 0)], [1, 0, '1 against 0', 1]],
    ['one that was rejected', [trained(1), contest(0, 1), rejected(1)], [0, 1, null, 1]],
    ['a second that waits', [trained(1), promoted(1), trained(2), contest(1, 2)], [1, 2, '1 against 2', 2]],
    [
      'a promotion that was taken back',
      [trained(1), promoted(1), trained(2), promoted(2), promoted(1), contest(1, 2)],
      [1, 2, '1 against 2', 2],
    ],
    ['a contest of others', [trained(1), contest(0, 7)], [0, 1, null, 1]],
    ['a promotion of what was never published', [trained(1), promoted(9)], [0, 1, null, 9]],
    [
      'what cannot be read',
      [garbage, trained(1), garbage, promoted(1), { ...garbage, value: null }],
      [1, 0, null, 1],
    ],
  ])('goes on from %s', async (_, records, expected) => {
    expect(await historyOf(records)).toEqual(expected)
  })

  it('goes on from a version of another architecture', async () => {
    const other = pipelineUntrainedWeights({ ...settings, cell: 'lstm', hidden: 4 })
    const records = [trained(1), promoted(1), weightsRecord(version(2, other))]
    expect(await historyOf(records)).toEqual([1, 2, null, 2])
  })

  it('leaves out versions that were trained for another configuration', async () => {
    const other = pipelineUntrainedWeights({ ...settings, horizon: settings.horizon + 1 })
    const records = [trained(1), promoted(1), weightsRecord(version(2, other)), promoted(2)]
    expect(await historyOf(records)).toEqual([1, 0, null, 2])
  })

  // The forecaster refuses it: a trainer that waited for its scores would wait for ever, and train no more.
  it('leaves out a version that is no better on held-back data than "no change", and what was decided on it', async () => {
    const { manifest, values } = version(2)
    const heldBack = { loss: 0.5, servingLoss: 0.6, naiveLoss: 0.5 }
    const worse = weightsRecord({ manifest: { ...manifest, heldBack }, values })
    expect(await historyOf([trained(1), promoted(1), worse, promoted(2)])).toEqual([1, 0, null, 2])
  })
})
