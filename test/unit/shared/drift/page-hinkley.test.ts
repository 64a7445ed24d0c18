import { describe, expect, it } from 'vitest'
import { AdaptiveWindow } from '#services/benchmarks/drift/adaptive-window'
import { PageHinkley } from '#shared/drift/page-hinkley'
import { delayOf, falseAlarmsOf } from './measure-detector.js'

const detector = () => new PageHinkley()

describe('PageHinkley', () => {
  it('gives a false alarm in fewer than 1 of 1,000 independent values, and 2 of those that remember a third', () => {
    expect(falseAlarmsOf(detector, 0)).toBeLessThan(1)
    expect(falseAlarmsOf(detector, 0.3)).toBeLessThan(2)
  })

  it('finds a fall of two deviations within 10 values, of three within 7, and no rise', () => {
    expect(delayOf(detector, 0.3, 2)).toBeLessThan(10)
    expect(delayOf(detector, 0.3, 3)).toBeLessThan(7)
    // 100 is the longest wait: it was found in hardly any run.
    expect(delayOf(detector, 0.3, -3)).toBeGreaterThan(90)
  })

  it('has about the false alarms and the delay of the adaptive window, in constant memory', () => {
    const peer = () => new AdaptiveWindow()
    expect(falseAlarmsOf(detector, 0.3)).toBeLessThanOrEqual(1.2 * falseAlarmsOf(peer, 0.3) + 0.2)
    for (const fall of [1, 2, 3])
      expect(delayOf(detector, 0.3, fall)).toBeLessThanOrEqual(1.1 * delayOf(peer, 0.3, fall))
  })

  it('is quiet where nothing varies', () => {
    const quiet = detector()
    expect(Array.from({ length: 300 }, () => quiet.add(0.25)).some(Boolean)).toBe(false)
  })
})
