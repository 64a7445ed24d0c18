import { expect, test } from 'vitest'
import type { OriginsEvent } from '#services/gateway/page/gateway-client'
import { withForecast, withOrigins } from '#services/gateway/page/grow-view'
import { emptyView } from '#shared/page/chosen-view'
import { HOUR_MS, madeUpForecast } from '../made-up-forecasts.js'

const forecastAt = (hour: number) =>
  madeUpForecast({ series: 'a', originMs: hour * HOUR_MS, value: hour, horizon: 4 })

test('a view holds a forecast until it has come to its end, the newest six of those, and none of another history', () => {
  const at = (hours: readonly number[]) =>
    hours
      .map(forecastAt)
      .reduce(withForecast, emptyView)
      .held.map(({ origin }) => origin.value)
  expect(at([0, 1, 3, 4, 5, 8])).toEqual([0, 4, 8])
  expect(at([0, 4, 8, 12, 16, 20, 24, 28])).toEqual([8, 12, 16, 20, 24, 28])
  expect(at([0, 4, 8, 2])).toEqual([2])
})

test('a view holds the newest two thousand origins, and begins anew when it is told to', () => {
  const origins = (from: number, count: number, startOver: boolean): OriginsEvent => ({
    ...{ series: 'a', pipeline: 'flights', cadenceMs: HOUR_MS, startOver },
    rows: Array.from({ length: count }, (_, i) => [from + i, 0, null, null, null, 0, 1]),
  })
  const full = withOrigins(withOrigins(emptyView, origins(0, 1_999, true)), origins(1_999, 2, false))
  expect(full.rows).toHaveLength(2_000)
  expect(full.rows.at(0)![0]).toBe(1)
  expect(full.rows.at(-1)![0]).toBe(2_000)
  expect(withOrigins(full, origins(7, 1, true)).rows.map(([timeMs]) => timeMs)).toEqual([7])
})
