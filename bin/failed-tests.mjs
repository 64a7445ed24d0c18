/**
 * What failed in a run of Vitest, a line each: repeated at the end of `.ci/run`, where it is read even if the output was cut.
 * @param {import('./failed-tests.mjs').TestReport} report
 * @param {string} root taken off the files' paths
 * @returns {string[]}
 */
export function failedTests({ testResults }, root) {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = name.startsWith(root) ? name.slice(root.length) : name
    // A file that breaks before its first test.
    if (status === 'failed' && assertionResults.length === 0) return [`✗ ${file}: ${firstLine(message)}`]
    return assertionResults
      .filter((result) => result.status === 'failed')
      .map(({ fullName, failureMessages }) => `✗ ${file} > ${fullName}: ${firstLine(failureMessages[0])}`)
  })
}

function firstLine(text = '') {
  return text.split('\n', 1)[0]
}
