import { describe, expect, it } from 'vitest'
import { CovariateWatch } from '#services/forecaster/covariate-watch'
import type { Decode } from '#shared/pipeline/line-options'

const record = { offset: 0, key: null, value: null, headers: [], timestamp: 0 }
const says =
  (...covariates: (number | null)[]): Decode =>
  () => [
    { kind: 'observation', observation: { series: 's', timeMs: 0, value: 1, covariates, offset: 0 } },
    { kind: 'observation', observation: { series: 't', timeMs: 0, value: 1, covariates, offset: 0 } },
  ]

function watched(names: string[]) {
  const warnings: unknown[] = []
  const notes = {
    info: () => undefined,
    warn: (_: string, fields: unknown) => warnings.push(fields),
    error: () => undefined,
  }
  return { watch: new CovariateWatch('boilers', names, notes as never), warnings }
}

describe('a watch on covariates', () => {
  it('tells once, after a thousand readings, of the one that none has had', () => {
    const { watch, warnings } = watched(['outdoor', 'laod'])
    const decode = watch.watching(says(3.5, null))
    for (let i = 0; i < 499; i++) decode(record)
    expect(warnings).toEqual([])
    for (let i = 0; i < 1000; i++) decode(record)
    expect(warnings).toEqual([{ pipeline: 'boilers', covariate: 'laod', readings: 1000 }])
  })

  it('says nothing of one that a single reading has had', () => {
    const { watch, warnings } = watched(['outdoor'])
    watch.watching(says(0))(record)
    const decode = watch.watching(says(null))
    for (let i = 0; i < 1000; i++) decode(record)
    expect(warnings).toEqual([])
  })

  it('is not in the way of the decoder: it hands on what it was handed, and itself where nothing is to watch', () => {
    const decode = says(1)
    expect(watched([]).watch.watching(decode)).toBe(decode)
    expect(watched(['a']).watch.watching(decode)(record)).toEqual(decode(record))
  })
})
