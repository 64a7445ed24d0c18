import { describe, expect, it } from 'vitest'
import { assemblePipeline, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { weightsRecord } from '#shared/contracts/weights-records'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { NewRecord } from '#shared/log/port'
import { WeightsLibrary } from '#shared/pipeline/weights-library'
import { WeightsRefusedError } from '#shared/recurrent/check-weights'
import { randomWeights } from '../../../pipeline/interrupted-run.js'
import { smallSettings } from '../../../pipeline/pipeline-driver.js'

const settings = smallSettings()

/** A library that has read these records. @param refuses the engine's own objection to a version */
async function libraryOf(records: readonly NewRecord[], refuses: (version: number) => boolean = () => false) {
  const { line, wire } = assemblePipeline(settings)
  const { engine } = line
  const { load } = engine
  let loaded = 0
  engine.load = (weights) => {
    if (refuses(weights.manifest.version)) throw new WeightsRefusedError('too large for this machine')
    loaded++
    return load.call(engine, weights)
  }
  const { unload } = engine
  engine.unload = (weights) => {
    loaded--
    unload.call(engine, weights)
  }
  const refused: string[] = []
  const library = new WeightsLibrary(engine, wire, pipelineUntrainedWeights(settings), {
    refused: (offset, { message }) => refused.push(`${offset}: ${message}`),
  })
  const log = new MemoryLog()
  await log.createTopics([{ topic: 'weights', partitions: 1, cleanup: 'compact' }])
  await log.append('weights', records)
  await library.catchUp(log, 'weights')
  return { library, refused, loaded: () => loaded }
}

describe('the weights of a pipeline', () => {
  it('of two that take one number at the same moment are the first', async () => {
    const [first, second] = [randomWeights(1, settings), randomWeights(2, settings)]
    const taken = { manifest: { ...second.manifest, version: 1 }, values: second.values }
    const { library, refused } = await libraryOf([weightsRecord(first), weightsRecord(taken, 'elsewhere')])
    expect(library.get(1)!.values).toEqual(first.values)
    expect(refused).toEqual(['1: Weights version 1 exists already.'])
    expect(library.influences).toEqual([{ offset: 0, kind: 'challenge', version: 1 }])
  })

  it('that the engine cannot load are refused when they come, and never between two batches', async () => {
    const records = [1, 2].map((version) => weightsRecord(randomWeights(version, settings)))
    const { library, refused, loaded } = await libraryOf(records, (version) => version === 2)
    expect(refused).toEqual(['1: too large for this machine'])
    expect(library.influences.map(({ version }) => version)).toEqual([1])
    expect([library.mayServe(1), library.mayServe(2), library.isUnfit(2)]).toEqual([true, false, true])
    expect(loaded()).toBe(0)
  })

  it('are loaded once for all who use them, and unloaded when the last one is done', async () => {
    const { library, loaded } = await libraryOf([weightsRecord(randomWeights(1, settings))])
    expect(library.acquire(1)).toBe(library.acquire(1))
    expect(loaded()).toBe(1)
    library.release(1)
    expect(loaded()).toBe(1)
    library.release(1)
    library.release(1)
    expect(loaded()).toBe(0)
    expect(() => library.acquire(7)).toThrow(RangeError)
  })
})
