/** Of Vitest's JSON report, what is read here. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

/** @param root taken off the files' paths */
export function failedTests(report: TestReport, root: string): string[]
