import { describe, expect, it } from 'vitest'
import { detectCadence } from '#shared/feed/detect-cadence'
import type { EventTable } from '#shared/feed/event-table'

const hour = 3_600_000

function tableOf(events: readonly (readonly [series: number, timeMs: number])[]): EventTable {
  return {
    series: ['a', 'b', 'c'],
    channels: [],
    timesMs: Float64Array.from(events, ([, timeMs]) => timeMs),
    seriesOf: Uint32Array.from(events, ([series]) => series),
    values: new Float64Array(events.length),
  }
}
const oneSeries = (times: readonly number[]) => tableOf(times.map((time) => [0, time]))

describe('detectCadence', () => {
  it('takes the commonest spacing within a series, whatever stands between', () => {
    expect(
      detectCadence(
        tableOf([
          [0, 0],
          [1, 600],
          [0, hour],
          [1, hour + 600],
          [0, 4 * hour],
        ]),
      ),
    ).toBe(hour)
  })

  it('snaps what is within 1 % of a plain unit', () => {
    expect(detectCadence(oneSeries([0, 3_599_000, 7_198_000]))).toBe(hour)
    expect(detectCadence(oneSeries([0, 3_400_000, 6_800_000]))).toBe(3_400_000)
  })

  it('takes calendar months for 30.4375 days', () => {
    const months = Array.from({ length: 24 }, (_, month) => Date.UTC(1949, month, 1))
    expect(detectCadence(oneSeries(months))).toBe(30.4375 * 24 * hour)
  })

  it('says an hour when no series has two times', () => {
    expect(
      detectCadence(
        tableOf([
          [0, 5],
          [1, 7],
        ]),
      ),
    ).toBe(hour)
  })
})
