import { expect, test } from 'vitest'
import { heatMarks, heatScaleOf, heatStep } from '#services/gateway/page/heat-scale'

const flowOf = (...norms: number[]) => ({ lags: [], series: [{ series: 'a', norms }], decayPerLag: 1 })

// By hand: the logarithms of 0.3, 0.002, 50 and 3 are −0.52, −2.7, 1.7 and 0.48.
test('colours span the norms to half a power of ten, eight powers at most and two at least', () => {
  expect(heatScaleOf(flowOf(0.3, 0.002))).toEqual({ low: -3, high: -0.5 })
  expect(heatScaleOf(flowOf(50, 1e-12, 0))).toEqual({ low: -6, high: 2 })
  expect(heatScaleOf(flowOf(1, 1))).toEqual({ low: -2, high: 0 })
  expect(heatScaleOf(flowOf(3, 2))).toEqual({ low: -1.5, high: 0.5 })
})

test('equal steps of the logarithm have equal colours, and nothing falls off the ends', () => {
  const scale = { low: -9, high: 0 }
  expect([1, 0.5, 0.05, 5e-9, 1e-30, 0, 10].map((norm) => heatStep(norm, scale))).toEqual([
    8, 8, 7, 0, 0, 0, 8,
  ])
})

test('the legend names two to five whole powers, and always the highest', () => {
  expect(heatMarks({ low: -7, high: 0 })).toEqual([-6, -4, -2, 0])
  expect(heatMarks({ low: -2, high: 0 })).toEqual([-2, -1, 0])
  expect(heatMarks({ low: -1.5, high: 0.5 })).toEqual([-1, 0])
  expect(heatMarks({ low: -3, high: -0.5 })).toEqual([-3, -2, -1])
  expect(heatMarks({ low: -6, high: 2 })).toEqual([-6, -4, -2, 0, 2])
})
