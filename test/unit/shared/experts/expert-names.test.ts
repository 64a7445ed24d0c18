import { describe, expect, it } from 'vitest'
import { chooseExperts, EXPERT_NAMES, withoutNet } from '#shared/experts/expert-names'

describe('the experts of a preset', () => {
  it('are all of them in lean and full, and all but the regressions in minimal', () => {
    expect(chooseExperts('lean')).toEqual(EXPERT_NAMES)
    expect(chooseExperts('full')).toEqual(EXPERT_NAMES)
    expect(chooseExperts('minimal')).toEqual([
      ...[
        'persistence',
        'seasonal',
        'seasonal-week',
        'profile',
        'level-profile',
        'seasonal-drift',
        'recurrent',
      ],
    ])
  })

  it('can be switched on and off one by one, in the order that messages keep', () => {
    expect(chooseExperts('minimal', { autoregression: true, recurrent: false, seasonal: false })).toEqual([
      ...['persistence', 'seasonal-week', 'profile', 'level-profile', 'seasonal-drift', 'autoregression'],
    ])
  })

  it('without the net are those that do not look at it', () => {
    expect(withoutNet(['autoregression', 'read-out', 'fast-read-out', 'recurrent'])).toEqual([
      'autoregression',
    ])
  })
})
