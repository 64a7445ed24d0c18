import { describe, expect, it } from 'vitest'
import { axisRange } from '#shared/page/axis-range'

describe('the range of an axis', () => {
  it('leaves a margin of six hundredths beyond what is drawn, and none where it ends', () => {
    expect(axisRange([100, null, 200])).toEqual([94, 206])
    expect(axisRange([0.5, 2], [0])).toEqual([0, 2.12])
    expect(axisRange([0.2, 0.7], [0, 1])).toEqual([0, 1])
    expect(axisRange([-100, 50], [0])).toEqual([-109, 59])
  })

  it('is never empty, whatever does not move', () => {
    expect(axisRange([0, 0, 0], [0])).toEqual([0, 1])
    expect(axisRange([null], [0])).toEqual([0, 1])
    expect(axisRange([], [])).toEqual([0, 1])
    expect(axisRange([0, 0])).toEqual([-0.06, 0.06])
    expect(axisRange([50, 50])).toEqual([47, 53])
    expect(axisRange([-50, -50], [-50])).toEqual([-50, 0])
  })
})
