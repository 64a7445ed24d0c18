import { describe, expect, it } from 'vitest'
import { assemblePipeline, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { chooseExperts, EXPERT_NAMES, type ExpertName } from '#shared/experts/expert-names'
import { smallSettings } from '../../../pipeline/pipeline-driver.js'

describe('the parts of a pipeline', () => {
  it('fit each other: the untrained weights are those that the engine takes', () => {
    for (const changes of [
      {},
      { season: 1 },
      { season: 24, cadenceMs: 3_600_000, horizon: 24, hidden: 32 },
    ]) {
      const settings = smallSettings(changes)
      const { line } = assemblePipeline(settings)
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
      (changes) => assemblePipeline(smallSettings(changes)).line.layout.fingerprint,
    )
    expect(new Set(prints).size).toBe(3)
  })

  it('keep what each expert said only where it is asked for', () => {
    expect(assemblePipeline(smallSettings(), { keepExperts: true }).line.options.keepExperts).toBe(true)
    expect(assemblePipeline(smallSettings()).line.options.keepExperts).toBe(false)
  })

  it('keep states of different experts apart, also where as many are switched on', () => {
    const printOf = (experts: readonly ExpertName[]) =>
      assemblePipeline(smallSettings({ experts })).line.fingerprint
    const prints = [
      printOf(EXPERT_NAMES),
      printOf(chooseExperts('minimal')),
      printOf(['persistence', 'seasonal']),
      printOf(['persistence', 'profile']),
    ]
    expect(new Set(prints).size).toBe(prints.length)
  })

  it('take less memory for what is switched off', () => {
    const bytesOf = (experts: readonly ExpertName[]) =>
      assemblePipeline(smallSettings({ experts })).line.stateBytes
    const naive = bytesOf(['persistence'])
    expect(bytesOf(chooseExperts('minimal'))).toBeGreaterThan(naive)
    expect(bytesOf(chooseExperts('lean'))).toBeGreaterThan(2 * bytesOf(chooseExperts('minimal')))
    // Another expert that keeps nothing of its own: per knot two numbers in each of two mixtures, and one per pending forecast.
    const { line } = assemblePipeline(smallSettings({ experts: ['persistence', 'profile'] }))
    const { leads, pending } = line.knots
    expect(line.stateBytes - naive).toBe(8 * (4 * leads.length + pending))
  })

  it('do not make what is switched off, nor what it alone needs', () => {
    const lineOf = (experts: readonly ExpertName[]) => assemblePipeline(smallSettings({ experts })).line
    expect(lineOf(['seasonal', 'persistence'])).toMatchObject({
      ...{ frozenScale: null, anchors: null, autoregression: null, readOut: null, fastReadOut: null },
      logSeasonal: null,
      ...{ recentRows: null, usesNet: false, recurrent: -1 },
    })
    expect(lineOf(['seasonal', 'persistence']).experts.map(({ name }) => name)).toEqual([
      ...['persistence', 'seasonal'],
    ])
    expect(lineOf(['read-out'])).toMatchObject({ autoregression: null, usesNet: true, recurrent: -1 })
    const fast = lineOf(['fast-read-out'])
    expect(fast).toMatchObject({ autoregression: null, usesNet: true, recurrent: -1 })
    expect(fast.experts.map(({ name }) => name)).toEqual(['fast-read-out'])
    expect(lineOf(['read-out'])).toMatchObject({ fastReadOut: null })
    expect(lineOf(['profile', 'recurrent'])).toMatchObject({ frozenScale: null, usesNet: true, recurrent: 1 })
    // What the autoregression says is an input of the net only where there is one.
    expect(lineOf(EXPERT_NAMES).features).toBeGreaterThan(lineOf(['recurrent']).features)
  })
})
