import { expect, it } from 'vitest'
import { learningText } from '#services/backtester/report-page/learning-words'

const time = '2026-01-05T00:00:00.000Z'
const training = { time, trigger: 'schedule', version: 1, challenged: true, promoted: true } as const
const promotion = (version: number, champion: number) =>
  ({ time, kind: 'promote', version, champion }) as const

it('says which weights made the last forecast, and that others were promoted after it', () => {
  const report = { trainings: [training], verdicts: [promotion(1, 0)], driftAlarms: [] }
  expect(learningText(report, 1)).toBe('1 training, 1 promotion, 0 drift alarms; v1 made the last forecast')
  expect(learningText(report, 0)).toBe(
    '1 training, 1 promotion, 0 drift alarms; v0 made the last forecast, after which v1 was promoted',
  )
  // A return match that the loser won.
  const returned = { ...report, verdicts: [promotion(1, 0), promotion(0, 1)] }
  expect(learningText(returned, 0)).toContain('2 promotions, 0 drift alarms; v0 made the last forecast')
  expect(learningText(returned, 0)).not.toContain('after which')
  const untrained = { trainings: [], verdicts: [], driftAlarms: [] }
  expect(learningText(untrained, 0)).toBe(
    '0 trainings, 0 promotions, 0 drift alarms; v0 made the last forecast',
  )
})
