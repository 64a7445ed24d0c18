import { describe, expect, it } from 'vitest'
import { RunningContest, type SlotScore } from '#shared/promotion/running-contest'
import { parkMiller } from '../../../reference/recurrent/park-miller.js'

const options = { alpha: 0.05, margin: 0, blocksMax: 60 }
const BLOCK_MS = 100

/** A score of the first versions' contest: 1 serves, 2 shadows. */
const score = (timeMs: number, serving: number, shadow: number, versions = [1, 2]): SlotScore => ({
  ...{ series: 'a', timeMs, leads: [1] },
  ...{ serving: [versions[0]!], servingErrors: [serving], naiveErrors: [Number.NaN] },
  ...{ shadow: [versions[1]!], shadowErrors: [shadow] },
})
const contest = (from = [0, 0], settings = options) =>
  new RunningContest({ champion: 1, challenger: 2 }, settings, BLOCK_MS, from)
/** So much asked for that there is no verdict. */
const endless = { alpha: 1e-12, margin: 0, blocksMax: 100_000 }

/** Scores of two partitions, in which the challenger is mostly better. */
function* stream(count: number): Generator<[partition: number, offset: number, score: SlotScore]> {
  const uniform = parkMiller(7)
  const offsets = [0, 0]
  for (let i = 0; i < count; i++) {
    const partition = uniform() < 0.5 ? 0 : 1
    yield [partition, offsets[partition]!++, score(10 * i, 1 + uniform(), 0.8 + uniform())]
  }
}

describe('a running contest', () => {
  it('goes on after any crash as if nothing had happened, from what it saved last', () => {
    const scores = [...stream(400)]
    const whole = contest([0, 0], endless)
    for (const entry of scores) whole.take(...entry)
    expect(whole.evidence.blocks).toBe(38)
    for (let crash = 1; crash < scores.length; crash += 13) {
      const first = contest([0, 0], endless)
      let saved = first.save()
      for (const entry of scores.slice(0, crash)) if (first.take(...entry)) saved = first.save()
      const second = new RunningContest(
        saved,
        endless,
        BLOCK_MS,
        saved.from,
        JSON.parse(JSON.stringify(saved)),
      )
      // As after a restart: each partition is read again from where the saved contest says.
      for (const [partition, offset, entry] of scores) {
        if (offset >= saved.from[partition]!) second.take(partition, offset, entry)
      }
      expect(second.evidence, `crash after ${crash}`).toEqual(whole.evidence)
    }
  })

  it('takes the scores of a partition that was added while it ran, and saves where to read on', () => {
    const grown = contest([5, 5])
    const whole = contest([5, 5, 0, 0])
    for (let i = 0; i < 80; i++) {
      for (const one of [grown, whole]) one.take(3, i, score(10 * i, 2, 1))
    }
    expect(grown.evidence.blocks).toBe(6)
    expect(grown.save()).toEqual(whole.save())
    expect(grown.save().from.slice(0, 3)).toEqual([5, 5, 0])
  })

  it('counts a block a quarter after its end where there is one partition', () => {
    const one = contest([0])
    one.take(0, 0, score(0, 3, 1))
    expect(one.take(0, 1, score(124, 1, 1))).toBe(false)
    expect(one.take(0, 2, score(125, 1, 1))).toBe(true)
    expect(one.evidence).toMatchObject({ blocks: 1, difference: 0.5 })
  })

  it('counts a score once', () => {
    const twice = contest()
    for (const [partition, offset, entry] of stream(100)) {
      twice.take(partition, offset, entry)
      expect(twice.take(partition, offset, entry)).toBe(false)
    }
    const once = contest()
    for (const entry of stream(100)) once.take(...entry)
    expect(twice.evidence).toEqual(once.evidence)
  })

  // By hand: (3 − 1) / 4 = 0.5, whichever slot each stood in when it forecast.
  it('compares the two versions in whichever slots they stood, and no other ones', () => {
    const one = contest()
    one.take(0, 0, score(0, 3, 1))
    one.take(0, 1, score(10, 1, 3, [2, 1]))
    one.take(0, 2, score(20, 9, 1, [1, 3]))
    one.take(0, 3, score(30, 9, 1, [0, 2]))
    expect(one.take(0, 4, score(200, 1, 1))).toBe(true)
    expect(one.evidence).toMatchObject({ blocks: 1, difference: 0.5 })
  })

  it('gives the loser a return match from there on', () => {
    const one = contest()
    for (let i = 0; one.verdict === null; i++) one.take(0, i, score(BLOCK_MS * i, 3, 1))
    expect(one.verdict).toBe('promote')
    const back = one.returnMatch(BLOCK_MS)
    expect(back.pair).toEqual({ champion: 2, challenger: 1 })
    expect(back.evidence.blocks).toBe(0)
    const next = back.from[0]!
    for (let i = next; back.verdict === null; i++) back.take(0, i, score(BLOCK_MS * i, 5, 1, [2, 1]))
    expect(back.verdict, 'the new champion turned out five times worse').toBe('promote')
  })

  it('looks at nothing before its start', () => {
    const late = contest([50, 50])
    for (const entry of stream(90)) late.take(...entry)
    expect(late.evidence.blocks).toBe(0)
  })
})
