import { beforeEach, describe, expect, it } from 'vitest'
import { LastingOutage } from '#shared/log/lasting-outage'

describe('an outage that outlasts a log', () => {
  let nowMs: number
  let said: string[]
  let outage: LastingOutage
  beforeEach(() => {
    nowMs = 1_000_000
    said = []
    outage = new LastingOutage(
      { now: () => nowMs, sleep: async () => undefined },
      {
        silent: (place) => void said.push(`silent ${place}`),
        away: (seconds) => void said.push(`away ${seconds}`),
        waiting: ({ place, places, reason, seconds }) =>
          void said.push(`waiting for ${place} of ${places}: ${reason}, ${seconds}`),
        back: (seconds) => void said.push(`back after ${seconds}`),
      },
    )
  })
  const waiting = (seconds: number) => outage.waiting({ place: 'a', places: 2, reason: 'refused', seconds })

  it('is as long as all of the logs have waited', () => {
    outage.away(5)
    waiting(5)
    // The log gave up after a minute; the next one has waited for six seconds.
    nowMs += 70_000
    outage.away(6)
    waiting(6)
    nowMs += 1_000
    outage.away(7)
    expect(said).toEqual([
      'away 5',
      'waiting for a of 2: refused, 5',
      'away 75',
      'waiting for a of 2: refused, 75',
      'away 76',
    ])
  })

  it.each<[string, () => void]>([
    ['the log that waited says so', () => outage.away(0)],
    ['the cluster answers the next one at once', () => outage.over()],
  ])('ends once, when %s', (_, end) => {
    outage.away(5)
    waiting(5)
    nowMs += 20_000
    end()
    outage.back()
    outage.over()
    expect(said.slice(2)).toEqual(['away 0', 'back after 25'])
    said.length = 0
    nowMs += 1_000
    outage.away(5)
    expect(said).toEqual(['away 5'])
  })

  it('that nobody was told of ends without a word, and where there was none nothing ends', () => {
    outage.over()
    outage.away(5)
    outage.over()
    expect(said).toEqual(['away 5', 'away 0'])
  })

  it('passes on what a broker keeps silent about', () => {
    outage.silent('a')
    expect(said).toEqual(['silent a'])
  })
})
