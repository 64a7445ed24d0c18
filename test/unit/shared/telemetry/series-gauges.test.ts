import { describe, expect, it } from 'vitest'
import { describeSeries, SERIES_PER_PIPELINE_MAX } from '#shared/telemetry/series-gauges'

const glance = (series: string, pipeline = 'meters') => ({
  ...{ pipeline, series, value: 5, median: 4.5, lower: 4, upper: 6.25 },
})
const linesOf = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

describe('describeSeries', () => {
  it('sets what came beside what had been forecast', async () => {
    expect(linesOf(await describeSeries([glance('a')]))).toEqual([
      'foretide_series_observed_value{pipeline="meters",series="a"} 5',
      'foretide_series_matured_forecast_value{pipeline="meters",series="a",part="yhat"} 4.5',
      'foretide_series_matured_forecast_value{pipeline="meters",series="a",part="yhat_lower"} 4',
      'foretide_series_matured_forecast_value{pipeline="meters",series="a",part="yhat_upper"} 6.25',
    ])
  })

  it('leaves out what was not forecast', async () => {
    const lines = linesOf(
      await describeSeries([{ ...glance('a'), median: Number.NaN, lower: Number.NaN, upper: Number.NaN }]),
    )
    expect(lines).toEqual(['foretide_series_observed_value{pipeline="meters",series="a"} 5'])
  })

  it('shows the first series of each pipeline, and no more than that', async () => {
    const many = Array.from({ length: SERIES_PER_PIPELINE_MAX + 7 }, (_, i) => glance(`s${i}`))
    const lines = linesOf(await describeSeries([...many, glance('a', 'weather')]))
    // One value and three parts of a forecast each.
    expect(lines).toHaveLength(4 * SERIES_PER_PIPELINE_MAX + 4)
    expect(lines.filter((line) => line.includes('"weather"'))).toHaveLength(4)
  })

  it("escapes what other people's names hold", async () => {
    expect(await describeSeries([glance('a"\n\\b')])).toContain('series="a\\"\\n\\\\b"')
  })
})
