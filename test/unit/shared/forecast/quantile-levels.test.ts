import { describe, expect, it } from 'vitest'
import { LEVELS, PublishedLevels } from '#shared/forecast/quantile-levels'

describe('PublishedLevels', () => {
  it('are those of the tracked bands where nothing is asked for', () => {
    const { levels, median, bands, central, tracked } = new PublishedLevels()
    expect(levels).toEqual(LEVELS)
    expect(levels[median]).toBe(0.5)
    expect(bands).toEqual([
      { nominal: 0.5, low: 2, high: 4 },
      { nominal: 0.8, low: 1, high: 5 },
      { nominal: 0.95, low: 0, high: 6 },
    ])
    expect(central).toEqual(bands)
    expect(tracked).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  it('make a band of each two that are as far from the median, and of no others', () => {
    const { levels, bands, central, tracked } = new PublishedLevels([0.95, 0.9, 0.005, 0.3, 0.05, 0.995])
    expect(levels).toEqual([0.005, 0.025, 0.05, 0.1, 0.25, 0.3, 0.5, 0.75, 0.9, 0.95, 0.975, 0.995])
    expect(central.map(({ nominal }) => nominal)).toEqual([0.5, 0.8, 0.9, 0.95, 0.99])
    expect(bands.map(({ low, high }) => [levels[low], levels[high]])).toEqual([
      [0.25, 0.75],
      [0.1, 0.9],
      [0.025, 0.975],
    ])
    expect(tracked.map((place) => levels[place])).toEqual(LEVELS)
  })
})
