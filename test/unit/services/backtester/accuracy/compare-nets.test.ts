import { describe, expect, it } from 'vitest'
import { compareNets } from '#services/backtester/accuracy/compare-nets'
import type { AccuracyResult } from '#services/backtester/accuracy/run-accuracy-bench'
import type { Net } from '#shared/configuration/net-control'

function resultOf(set: string, net: Net, ...values: readonly [string, number][]): AccuracyResult {
  return {
    ...{ set, net, about: '', events: 1, eventsPerSecond: 1, seconds: 1, trainings: 0, promoted: 0 },
    figures: values.map(([name, value]) => ({ name, value, target: 1, references: {} })),
  }
}

describe('compareNets', () => {
  // By hand: a: (0.9 + 1) / 2 = 0.95, its absolute error aside; b: 1.05; mean 1. c has no control.
  it('is the mean over sets of the mean quotient of squared errors', () => {
    const results = [
      resultOf('a', 'untrained', ['MSE 1', 2], ['MSE 1–24', 4], ['MAE lead 1', 1]),
      resultOf('b', 'untrained', ['MSE 1', 1]),
      resultOf('a', 'trained', ['MSE 1', 1.8], ['MSE 1–24', 4], ['MAE lead 1', 9]),
      resultOf('b', 'trained', ['MSE 1', 1.05]),
      resultOf('c', 'trained', ['MSE 1', 7]),
    ]
    const comparison = compareNets(results, 'untrained')!
    expect(comparison.sets.a).toBeCloseTo(0.95, 12)
    expect(comparison.sets.b).toBeCloseTo(1.05, 12)
    expect(Object.keys(comparison.sets)).toEqual(['a', 'b'])
    expect(comparison.mean).toBeCloseTo(1, 12)
  })

  it('is null where nothing was measured with both', () => {
    expect(compareNets([resultOf('a', 'trained', ['MSE 1', 1])], 'off')).toBeNull()
    const absolute = [resultOf('a', 'off', ['MAE lead 1', 1]), resultOf('a', 'trained', ['MAE lead 1', 1])]
    expect(compareNets(absolute, 'off')).toBeNull()
  })
})
