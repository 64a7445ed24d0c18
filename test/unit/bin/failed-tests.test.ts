import { describe, expect, it } from 'vitest'
import { failedTests } from '../../../bin/failed-tests.mjs'

const passed = { status: 'passed', fullName: 'adds', failureMessages: [] }
const failed = {
  status: 'failed',
  fullName: 'sums are exact',
  failureMessages: ['AssertionError: expected 4 to be 5\n    at sum.test.ts:7'],
}

describe('failed tests', () => {
  it('are a line each, with their file and why', () => {
    const report = {
      testResults: [
        { name: '/here/test/sum.test.ts', status: 'failed', message: '', assertionResults: [passed, failed] },
        { name: '/here/test/fine.test.ts', status: 'passed', message: '', assertionResults: [passed] },
      ],
    }
    expect(failedTests(report, '/here/')).toEqual([
      '✗ test/sum.test.ts > sums are exact: AssertionError: expected 4 to be 5',
    ])
  })

  it('include a file that breaks before its first test', () => {
    const broken = {
      name: '/here/test/broken.test.ts',
      status: 'failed',
      message: 'SyntaxError: Unexpected end of input\nmore',
      assertionResults: [],
    }
    expect(failedTests({ testResults: [broken] }, '/here/')).toEqual([
      '✗ test/broken.test.ts: SyntaxError: Unexpected end of input',
    ])
  })
})
