import { describe, expect, it } from 'vitest'
import { splitHeldBack } from '#shared/learning/split-held-back'
import { seriesOf } from './series-of.js'

const zeros = (id: string, length: number) => seriesOf(id, new Array<number>(length).fill(0))

describe('splitHeldBack', () => {
  // By hand: 10 % of 200 is 20; of 50, 5.
  it('ends training before the newest share of each series', () => {
    expect(splitHeldBack([zeros('a', 200), zeros('b', 50)], 0.1)).toEqual([180, 45])
    expect(splitHeldBack([zeros('a', 200)], 0)).toEqual([200])
  })

  // By hand: of 100 + 10 samples 22 are held back: the whole last stretch and 12 of the one before it.
  it('counts the stretches of one series together, oldest first', () => {
    expect(splitHeldBack([zeros('a', 100), zeros('b', 10), zeros('a', 10)], 0.2)).toEqual([88, 8, 0])
  })
})
