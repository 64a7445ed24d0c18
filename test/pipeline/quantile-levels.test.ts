import { describe, expect, it } from 'vitest'
import { assembleWire } from '#shared/composition/pipeline-parts'
import { LEVELS } from '#shared/forecast/quantile-levels'
import { LineDriver, noise } from '../unit/shared/pipeline/line-driver.js'

describe('quantile levels that are asked for', () => {
  it('stand in the message beside those of the bands, and change nothing else', () => {
    const values = Array.from({ length: 200 }, (_, i) => 10 + noise(1, i))
    const publish = (levels: readonly number[]) => {
      const driver = new LineDriver({ levels })
      const forecast = driver.readAll('a', values).at(-1)!
      const { value } = assembleWire(driver.settings, driver.line).forecast(0, forecast)
      return JSON.parse(new TextDecoder().decode(value!)) as Message
    }
    const plain = publish([])
    const asked = publish([0.99, 0.9, 0.01])
    expect(plain.levels).toEqual(LEVELS)
    expect(asked.levels).toEqual([0.01, ...LEVELS, 0.99])
    expect(asked.quantiles.slice(1, -1)).toEqual(plain.quantiles)
    expect({ ...asked, levels: 0, quantiles: 0 }).toEqual({ ...plain, levels: 0, quantiles: 0 })
    const first = asked.quantiles.map((row) => row[0]!)
    expect(first).toEqual([...first].sort((a, b) => a - b))
    expect(first[0]).toBeLessThan(first[1]!)
  })
})

interface Message {
  readonly levels: readonly number[]
  readonly quantiles: readonly (readonly number[])[]
}
