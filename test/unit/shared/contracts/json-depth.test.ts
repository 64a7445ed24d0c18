import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonDepth } from '#shared/contracts/json-depth'

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

describe('jsonDepth', () => {
  it('is the depth that parsing finds, whatever stands in texts', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('[[[', '}{"', '\\', '\\"[', 'é🙂]'))
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'large' },
        text,
        fc.integer(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }),
      ),
    }))
    fc.assert(
      fc.property(value, (it) => {
        expect(jsonDepth(Buffer.from(JSON.stringify(it)))).toBe(depthOf(it))
      }),
    )
  })
})
