import { describe, expect, it } from 'vitest'
import { lastHeader } from '#shared/log/last-header'
import type { Header } from '#shared/log/port'

const header = (name: string, text: string): Header => [name, Buffer.from(text)]

describe('lastHeader', () => {
  it('is what was added, where a record brought a header of the same name', () => {
    const headers = [header('reason', 'of the sender'), header('other', 'x'), header('reason', 'größer')]
    expect(lastHeader(headers, 'reason')).toBe('größer')
  })

  it('is null where there is none, and empty where it is empty', () => {
    expect(lastHeader([header('other', 'x')], 'reason')).toBe(null)
    expect(lastHeader([header('reason', '')], 'reason')).toBe('')
  })
})
