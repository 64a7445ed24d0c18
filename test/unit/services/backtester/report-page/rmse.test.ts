import { expect, test } from 'vitest'
import { rmse } from '#services/backtester/report-page/rmse'

test('an error of nothing is not known, as the page reads it out of JSON', () => {
  const read = (mse: number) => JSON.parse(JSON.stringify({ mse, mae: 1, mase: 1 }))
  expect(rmse(read(6.25))).toBe(2.5)
  expect(rmse(read(0))).toBe(0)
  expect(rmse(read(Number.NaN))).toBeNaN()
})
