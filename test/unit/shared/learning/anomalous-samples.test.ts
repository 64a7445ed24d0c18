import { describe, expect, it } from 'vitest'
import { pipelineDecoder } from '#shared/composition/pipeline-parts'
import { SampleCollector } from '#shared/learning/sample-collector'
import { TrainingSet } from '#shared/learning/training-set'
import { lineFeatures } from '#shared/pipeline/line-features'
import { smallSettings } from '../../../pipeline/pipeline-driver.js'
import { noise, record, START } from '../pipeline/line-driver.js'

const settings = smallSettings()
const { cadenceMs, horizon, seed } = settings

/** Which samples of a series may be learned from. */
function taught(values: readonly number[]): boolean[] {
  const { features } = lineFeatures(settings)
  const set = new TrainingSet({ memory: 16e6, features, horizon, cadenceMs, seed })
  const collector = new SampleCollector(settings, pipelineDecoder(settings), set)
  const records = values.map((value, offset) => {
    const time = START + offset * cadenceMs
    return record(offset, 'a', { series: 'a', time, value }, time)
  })
  collector.take(0, records)
  expect(collector.samples).toBe(values.length)
  return set.series().flatMap(({ observed }) => [...observed].map((it) => it === 1))
}

const day = (n: number) => 50 + 10 * Math.sin((n * Math.PI) / 2) + noise(4, n)

describe('samples that training learns from', () => {
  it('are no anomalies, for as long as they last, and next to everything else', () => {
    const values = Array.from({ length: 1000 }, (_, n) => day(n) + (n >= 700 && n < 706 ? 200 : 0))
    const teaches = taught(values)
    expect(teaches.slice(700, 706)).toEqual(Array.from({ length: 6 }, () => false))
    // What follows an incident is judged by means over ten samples that still hold it.
    const elsewhere = [...teaches.slice(0, 700), ...teaches.slice(716)]
    const share = elsewhere.filter((it) => !it).length / elsewhere.length
    expect(share).toBeLessThan(0.01)
  })

  it('have a level that lasts', () => {
    const values = Array.from({ length: 1000 }, (_, n) => day(n) + (n >= 700 ? 200 : 0))
    const teaches = taught(values)
    expect(teaches[700]).toBe(false)
    expect(teaches.slice(720).filter((it) => !it).length).toBeLessThan(5)
  })

  it('may wander, or stay the same', () => {
    let level = 0
    const walk = Array.from({ length: 2000 }, (_, n) => (level += noise(6, n)))
    expect(taught(walk).filter((it) => !it).length).toBeLessThan(20)
    expect(taught(Array.from({ length: 300 }, () => 7))).not.toContain(false)
  })
})
