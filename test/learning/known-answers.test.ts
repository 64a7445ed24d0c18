import { beforeAll, describe, expect, it } from 'vitest'
import { backtestOf, normals, startMs } from './known-answers.js'

const horizon = 6
const leads = Array.from({ length: horizon }, (_, i) => i + 1)
const settings = { season: 1, horizon, hidden: 12 }
type Errors = Awaited<ReturnType<typeof backtestOf>>

describe('six series of one AR(2), y = 1.3 y₁ − 0.6 y₂ + e', () => {
  const [first, second] = [1.3, -0.6]
  let errors: Errors

  beforeAll(async () => {
    const normal = normals(11)
    const values = Array.from({ length: 6 }, () => {
      let [last, before] = [0, 0]
      return Array.from({ length: 2000 }, () => {
        const value = first * last + second * before + normal()
        ;[last, before] = [value, last]
        return 20 + value
      })
    })
    errors = await backtestOf(values, 1000, settings)
  }, 15 * 60_000)

  /** Closed form: σ² Σ ψⱼ² over j < h, with ψ₀ = 1 and ψⱼ = 1.3 ψⱼ₋₁ − 0.6 ψⱼ₋₂; σ = 1. [Box and Jenkins 1970, section 5.1] */
  function leastPossible(lead: number): number {
    const psi = [1]
    for (let j = 1; j < lead; j++) psi.push(first * psi[j - 1]! + second * (psi[j - 2] ?? 0))
    return psi.reduce((sum, weight) => sum + weight * weight, 0)
  }

  it.each(leads)(
    'has the trained head come within 20 %% of the least error that is possible at lead %i',
    (lead) => {
      const least = leastPossible(lead)
      const { mse } = errors.head.byLead[lead]!
      expect(mse).toBeLessThan(1.2 * least)
      // Less would mean that it had seen what was to come. A mean over 6,000 overlapping origins is off by some 3 %.
      expect(mse).toBeGreaterThan(0.9 * least)
      expect(errors.naive.byLead[lead]!.mse).toBeGreaterThan(1.6 * least)
    },
  )

  it('comes within 5 % at lead 1', () => {
    expect(errors.head.byLead[1]!.mse).toBeLessThan(1.05 * leastPossible(1))
  })
})

describe('twenty noisy sines whose period changes from 12 to 7', () => {
  const [before, after] = [1200, 1800]
  /** Outcomes that are scored: the last ones, the same for all. */
  const scored = 900
  let retrained: Errors
  let scratch: Errors
  let untaught: Errors
  let watched: Errors

  beforeAll(async () => {
    const normal = normals(5)
    const values = Array.from({ length: 20 }, (_, s) =>
      Array.from({ length: before + after }, (_, t) => {
        const turns = t / (t < before ? 12 : 7) + s / 7.3
        return 10 + 3 * Math.sin(2 * Math.PI * turns) + 0.5 * normal()
      }),
    )
    retrained = await backtestOf(values, before + after - scored, settings)
    scratch = await backtestOf(
      values.map((all) => all.slice(before)),
      after - scored,
      settings,
    )
    const once = { learnEvery: { samples: 1e9 } }
    untaught = await backtestOf(values, before + after - scored, {
      ...settings,
      ...once,
      learnOnDrift: false,
    })
    watched = await backtestOf(values, before + after - scored, { ...settings, ...once })
  }, 15 * 60_000)

  it('lose the champion of before the change more than it is worth', () => {
    expect(untaught.trainings).toHaveLength(1)
    expect(untaught.head.mae).toBeGreaterThan(3 * scratch.head.mae)
  })

  it('have a session run because of the drift where no schedule asks for one, and none before the change', () => {
    const [first, ...later] = watched.trainings
    expect(first!.trigger).toBe('schedule')
    expect(later.length).toBeGreaterThan(0)
    for (const { trigger, time } of later) {
      expect(trigger).toBe('drift')
      expect(Date.parse(time)).toBeGreaterThan(startMs + before * 3_600_000)
    }
  })

  it('are forecast by the retrained champion within 10 % of a model trained from scratch on the new period', () => {
    expect(retrained.head.mae).toBeLessThan(1.1 * scratch.head.mae)
    // The noise alone has a mean absolute value of 0.5 × √(2/π) = 0.399: both are close to all that can be known.
    expect(scratch.head.mae).toBeLessThan(1.1 * 0.399)
  })
})
