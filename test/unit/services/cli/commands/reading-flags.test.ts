import { describe, expect, it } from 'vitest'
import { feedSection, feedSpec, pipelineNameOf } from '#services/cli/commands/reading-flags'

describe('pipelineNameOf', () => {
  it.each([
    ['demo:flights', 'flights'],
    ['data/My meters (2).csv', 'My-meters-2'],
    ['/tmp/ETTh1.csv', 'ETTh1'],
    ['a.b.parquet', 'a-b'],
    ['_x.csv', 'x'],
    ['/tmp/日本.csv', 'feed'],
  ])('of %s is %s', (source, name) => expect(pipelineNameOf(source)).toBe(name))
})

describe('feedSection', () => {
  it('holds what was given and nothing else', () => {
    expect(feedSection('a.csv', { layout: 'rows', cadence: '1h' })).toEqual({
      source: 'a.csv',
      layout: 'rows',
      cadence: '1h',
    })
  })
})

describe('feedSpec', () => {
  it('is the name of a demo, or a file with its options', () => {
    expect(feedSpec({ source: 'demo:weather', speed: 'max' })).toBe('demo:weather')
    expect(feedSpec({ source: '/a.csv', speed: 2, layout: 'long' })).toEqual({
      file: '/a.csv',
      layout: 'long',
    })
  })
})
