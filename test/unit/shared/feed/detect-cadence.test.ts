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
const cadenceOf = (table: EventTable) => detectCadence(table).cadenceMs
const oneSeries = (times: readonly number[]) => tableOf(times.map((time) => [0, time]))

describe('detectCadence', () => {
  it('takes the commonest spacing within a series, whatever stands between', () => {
    expect(
      cadenceOf(
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
    expect(cadenceOf(oneSeries([0, 3_599_000, 7_198_000]))).toBe(hour)
    expect(cadenceOf(oneSeries([0, 3_400_000, 6_800_000]))).toBe(3_400_000)
  })

  it('takes calendar months for 30.4375 days', () => {
    const months = Array.from({ length: 24 }, (_, month) => Date.UTC(1949, month, 1))
    expect(cadenceOf(oneSeries(months))).toBe(30.4375 * 24 * hour)
  })

  it('takes the median where no spacing is common: as it is of a clock that jitters, a plain unit above it of readings at random', () => {
    // Golden-ratio fractions fill 0 to 1 evenly.
    const fraction = (n: number) => (n * 0.618_033_988_75) % 1
    const timesOf = (spacing: (n: number) => number) => {
      let time = 0
      return Array.from({ length: 400 }, (_, n) => (time += Math.round(spacing(n))))
    }
    const minute = 60_000
    const jittered = timesOf((n) => 7 * minute * (0.9 + 0.2 * fraction(n)))
    const found = detectCadence(oneSeries(jittered))
    expect(found.regular).toBe(true)
    expect(Math.abs(found.cadenceMs / (7 * minute) - 1)).toBeLessThan(0.01)
    expect(cadenceOf(oneSeries(timesOf((n) => 10 * minute * (0.9 + 0.2 * fraction(n)))))).toBe(10 * minute)
    // Arrivals of a Poisson process, ten minutes apart on average: their median is 6.9 minutes.
    const random = timesOf((n) => -10 * minute * Math.log(1 - fraction(n)))
    expect(detectCadence(oneSeries(random))).toEqual({ cadenceMs: 10 * minute, regular: false })
  })

  it('says an hour when no series has two times', () => {
    expect(
      cadenceOf(
        tableOf([
          [0, 5],
          [1, 7],
        ]),
      ),
    ).toBe(hour)
  })
})
