import { describe, expect, it } from 'vitest'
import { assemblePipeline, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { smallSettings } from '../../../pipeline/pipeline-driver.js'

describe('the parts of a pipeline', () => {
  it('fit each other: the untrained weights are those that the engine takes', () => {
    for (const changes of [
      {},
      { season: 1 },
      { season: 24, cadenceMs: 3_600_000, horizon: 24, hidden: 32 },
    ]) {
      const settings = smallSettings(changes)
      const { line } = assemblePipeline(settings, false)
      const weights = pipelineUntrainedWeights(settings)
      expect(weights.manifest).toMatchObject({ version: 0, featureLayout: line.featureLayout })
      expect(line.engine.load(weights).version).toBe(0)
    }
  })

  it('follow from the settings alone', () => {
    const settings = smallSettings()
    expect(pipelineUntrainedWeights(settings)).toEqual(pipelineUntrainedWeights(settings))
    const other = pipelineUntrainedWeights({ ...settings, seed: 2 })
    expect(other).not.toEqual({ ...pipelineUntrainedWeights(settings), manifest: other.manifest })
    const prints = [{}, { season: 1 }, { horizon: 12 }].map(
      (changes) => assemblePipeline(smallSettings(changes), false).line.layout.fingerprint,
    )
    expect(new Set(prints).size).toBe(3)
  })

  it('keep what each expert said only where it is asked for', () => {
    expect(assemblePipeline(smallSettings(), true).line.options.keepExperts).toBe(true)
    expect(assemblePipeline(smallSettings(), false).line.options.keepExperts).toBe(false)
  })
})
