import { describe, expect, it } from 'vitest'
import { densityAxis } from '#services/backtester/report-page/density-axis'

describe('the axis of a histogram of densities', () => {
  it('goes to 2 where nothing is higher, and with labels beyond whatever is', () => {
    expect(densityAxis(0.9)).toEqual({ top: 2, labels: [0, 1, 2] })
    expect(densityAxis(2.1)).toEqual({ top: 3, labels: [0, 1, 2, 3] })
    expect(densityAxis(6.8)).toEqual({ top: 8, labels: [0, 2, 4, 6, 8] })
  })

  it('ends where one bar would press all others flat', () => {
    expect(densityAxis(400)).toEqual({ top: 10, labels: [0, 2, 4, 6, 8, 10] })
  })
})
