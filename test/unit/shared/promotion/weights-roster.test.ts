import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WeightsRoster } from '#shared/promotion/weights-roster'

const rosterOf = (...acts: ((roster: WeightsRoster) => unknown)[]) => {
  const roster = new WeightsRoster()
  for (const act of acts) act(roster)
  const { serving, shadow, before, pinned, contested } = roster
  return { serving, shadow, before, pinned, contested }
}
const challenge = (version: number) => (roster: WeightsRoster) => roster.challenge(version)
const promote = (version: number) => (roster: WeightsRoster) => roster.promote(version)
const refuse = (version: number) => (roster: WeightsRoster) => roster.refuse(version)
const reject = (version: number) => (roster: WeightsRoster) => roster.reject(version)
const pin = (version: number | null) => (roster: WeightsRoster) => roster.pin(version)

// Expected by hand, from what the words say.
describe('WeightsRoster', () => {
  it('begins with the untrained net alone', () => {
    expect(rosterOf()).toEqual({ serving: 0, shadow: null, before: null, pinned: null, contested: false })
  })

  it('has the loser of a promotion shadow, and brings it back', () => {
    const won = [challenge(1), promote(1), challenge(2), promote(2)]
    expect(rosterOf(...won)).toMatchObject({ serving: 2, shadow: 1, before: 1, contested: true })
    expect(rosterOf(...won, promote(1))).toMatchObject({ serving: 1, shadow: 2, before: 2, contested: true })
  })

  it('knows what served before, when another shadows by now', () => {
    const acts = [challenge(1), promote(1), challenge(2), promote(2), challenge(3)]
    expect(rosterOf(...acts)).toMatchObject({ serving: 2, shadow: 3, before: 1 })
  })

  it('has nothing on trial after a rejection, until another comes', () => {
    expect(rosterOf(challenge(1), reject(1))).toMatchObject({ shadow: 1, contested: false })
    expect(rosterOf(challenge(1), reject(1), challenge(2))).toMatchObject({ shadow: 2, contested: true })
  })

  it('promotes nothing but the pinned version', () => {
    const pinned = [challenge(1), challenge(2), pin(1), promote(1)]
    expect(rosterOf(...pinned, promote(2))).toMatchObject({ serving: 1, pinned: 1 })
    expect(rosterOf(...pinned, pin(2), promote(2))).toMatchObject({ serving: 2, pinned: 2 })
    expect(rosterOf(...pinned, pin(null), promote(2))).toMatchObject({ serving: 2, pinned: null })
  })

  it('passes over what is decided on a version that may not serve, and a pin of it', () => {
    const acts = [challenge(1), promote(1), refuse(2), promote(2), pin(2), challenge(3), promote(3)]
    expect(rosterOf(...acts)).toMatchObject({ serving: 3, before: 1, pinned: null })
  })

  it('counts by number what is older than the newest, and leaves out what is in use', () => {
    const roster = new WeightsRoster()
    for (const act of [challenge(1), promote(1), challenge(2), promote(2)]) act(roster)
    for (const version of [3, 4, 5, 6]) roster.challenge(version)
    roster.refuse(7)
    roster.pin(2)
    // 2 serves and is pinned, 1 served before, 6 shadows; of the others 7 is the newest.
    expect(roster.olderThan(1)).toEqual([3, 4, 5])
    expect(roster.olderThan(4)).toEqual([3])
    expect(roster.olderThan(7)).toEqual([])
  })

  it('forgets no version that was decided on in the same moment', () => {
    const roster = new WeightsRoster()
    for (const version of [1, 2, 3]) roster.challenge(version)
    const old = roster.olderThan(1)
    roster.promote(1)
    expect(old).toEqual([1, 2])
    expect(roster.forget(old)).toEqual([2])
    expect([1, 2, 3].map((version) => roster.has(version))).toEqual([true, false, true])
    // One that comes after it counts for nothing.
    expect(roster.promote(2)).toBe(false)
    expect([roster.serving, roster.lastVersion]).toEqual([1, 3])
  })

  it('ends alike when compaction has left only the last record of each key', () => {
    const version = fc.integer({ min: 0, max: 4 })
    // As the command line and the trainer write them: a pin, and the end of one, come with a promotion.
    const act = fc.oneof(
      fc.record({ kind: fc.constant('forget' as const), version }),
      fc.record({ kind: fc.constant('promote' as const), version }),
      fc.record({ kind: fc.constant('pin' as const), version }),
      fc.record({ kind: fc.constant('unpin' as const), version }),
    )
    fc.assert(
      fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
        const records: { key: string; act: (roster: WeightsRoster) => unknown }[] = []
        const live = new WeightsRoster()
        for (const version of [1, 2, 3, 4]) {
          records.push({ key: `version:${version}`, act: challenge(version) })
          live.challenge(version)
        }
        const append = (key: string, record: (roster: WeightsRoster) => unknown) => {
          records.push({ key, act: record })
          record(live)
        }
        for (const { kind, version } of acts) {
          // The command line pins nothing that is not there.
          if (kind === 'pin' && live.has(version)) {
            append('pin', pin(version))
            append(`promotion:${version}`, promote(version))
          } else if (kind === 'unpin' && live.pinned !== null) {
            append(`promotion:${live.pinned}`, promote(live.pinned))
            append('pin', pin(null))
          } else if (kind === 'forget' && live.olderThan(0).includes(version)) {
            append('forgotten', (roster) => roster.forget([version]))
            if (!live.has(version)) append(`version:${version}`, () => undefined)
          } else if (kind === 'promote') append(`promotion:${version}`, promote(version))
        }
        const kept = records.filter(({ key }, i) => !records.slice(i + 1).some((later) => later.key === key))
        const compacted = rosterOf(...kept.map((record) => record.act))
        expect([compacted.serving, compacted.pinned]).toEqual([live.serving, live.pinned])
      }),
      { numRuns: 2000 },
    )
  })
})
