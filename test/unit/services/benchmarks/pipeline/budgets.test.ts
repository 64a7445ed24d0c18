import { describe, expect, it } from 'vitest'
import { BUDGET_KEYS, BUDGETS, judgeBudget } from '#services/benchmarks/pipeline/budgets'
import { latenciesSince, quantileMs, readLatencies } from '#services/benchmarks/pipeline/latency-histogram'

describe('a budget', () => {
  it.each([
    [30_000, 'goal'],
    [29_999, 'floor'],
    [12_000, 'floor'],
    [11_999, 'missed'],
    [null, 'absent'],
    [Number.NaN, 'absent'],
  ] as const)('of events a second at %s is %s', (value, verdict) => {
    expect(judgeBudget(BUDGETS.backtestLean, value)).toBe(verdict)
  })

  it.each([
    [30, 'goal'],
    [30.1, 'floor'],
    [100, 'floor'],
    [100.1, 'missed'],
  ] as const)('of milliseconds at %s is %s', (value, verdict) => {
    expect(judgeBudget(BUDGETS.latency, value)).toBe(verdict)
  })

  it('has a name of its own and a goal beyond its floor', () => {
    const budgets = BUDGET_KEYS.map((key) => BUDGETS[key])
    expect(new Set(budgets.map(({ name }) => name)).size).toBe(budgets.length)
    for (const { floor, goal, better } of budgets)
      expect(better === 'more' ? goal > floor : goal < floor).toBe(true)
  })
})

describe('the quantile of a latency histogram', () => {
  const bucket = (le: string, count: number) =>
    `foretide_event_to_forecast_seconds_bucket{le="${le}",pipeline="p"} ${count}`

  it('lies where its share of the events does, linear within the bucket', () => {
    // By hand: 90 of 100 below 2 ms, 98 below 4 ms, all below 8 ms: the 99th is half way from 4 to 8.
    const metrics = [bucket('0.002', 90), bucket('0.004', 98), bucket('0.008', 100), bucket('+Inf', 100)]
    expect(quantileMs(readLatencies(['# HELP x', ...metrics, ''].join('\n')), 0.99)).toBeCloseTo(6, 9)
  })

  it('adds up pipelines, and is nothing without events', () => {
    const two = `${bucket('0.001', 1)}\n${bucket('0.001', 1)}\n${bucket('+Inf', 1)}\n${bucket('+Inf', 1)}`
    expect(quantileMs(readLatencies(two), 0.5)).toBeCloseTo(0.5, 9)
    expect(quantileMs(readLatencies(bucket('+Inf', 0)), 0.99)).toBeNull()
    expect(quantileMs(readLatencies(''), 0.99)).toBeNull()
  })

  it('is that of what came since, where the start is told apart', () => {
    const at = (...counts: readonly [number, number]) =>
      readLatencies([bucket('0.002', counts[0]), bucket('+Inf', counts[1])].join('\n'))
    // The start had ten slow events; all of the hundred after it are below 2 ms.
    expect(quantileMs(latenciesSince(at(0, 10), at(100, 110)), 0.5)).toBeCloseTo(1, 9)
    expect(quantileMs(latenciesSince(readLatencies(''), at(100, 110)), 0.99)).toBeCloseTo(2, 9)
    expect(quantileMs(latenciesSince(at(5, 5), at(5, 5)), 0.99)).toBeNull()
  })
})
