import { describe, expect, it } from 'vitest'
import { type Part, StopSequence } from '#services/cli/platform/stop-sequence'

describe('StopSequence', () => {
  it('ends the feeder before the forecaster, both before the gateway, and the log last', async () => {
    const ended: Part[] = []
    const stops = new StopSequence()
    for (const part of ['log', 'gateway', 'trainer', 'forecaster', 'feeder'] as const) {
      stops.add(part, async () => {
        await new Promise((resolve) => setImmediate(resolve))
        ended.push(part)
      })
    }
    await stops.run()
    const place = (part: Part) => ended.indexOf(part)
    expect(place('feeder')).toBeLessThan(place('forecaster'))
    expect(place('forecaster')).toBeLessThan(place('gateway'))
    expect(place('trainer')).toBeLessThan(place('gateway'))
    expect(ended.at(-1)).toBe('log')
  })

  it('stops everything although something fails, and then says what', async () => {
    const ended: string[] = []
    const stops = new StopSequence()
    stops.add('feeder', () => {
      throw new Error('first')
    })
    stops.add('forecaster', () => Promise.reject(new Error('second')))
    stops.add('log', async () => ended.push('log'))
    await expect(stops.run()).rejects.toThrow('first')
    expect(ended).toEqual(['log'])
  })

  it('stops nothing twice', async () => {
    let times = 0
    const stops = new StopSequence()
    stops.add('log', async () => {
      times += 1
    })
    await stops.run()
    await stops.run()
    expect(times).toBe(1)
  })
})
