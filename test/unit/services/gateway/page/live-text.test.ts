import { expect, test } from 'vitest'
import { liveText } from '#services/gateway/page/live-text'

test('silence is told after ten seconds, and explained where a feed has ended', () => {
  expect(liveText(null, true, null)).toBe('Live')
  expect(liveText(10_000, true, null)).toBe('Live')
  expect(liveText(75_900, false, null)).toBe('Live, no new forecast for 75 s')
  expect(liveText(10_001, true, null)).toBe('Live; its feed has ended')
  expect(liveText(75_900, false, 74)).toBe('Kafka has been away for 74 s')
})
