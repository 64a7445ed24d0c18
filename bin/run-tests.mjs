import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { failedTests } from './failed-tests.mjs'
import { runChild } from './run-child.mjs'
import { root } from './setup.mjs'

const tsc = ['node_modules/typescript/bin/tsc', '--noEmit', '--pretty', 'false', '-p']

/** Checks that are no Vitest tests; each counts as one test. */
const HOUSE_CHECKS = [
  { claim: 'the tests type-check', command: [...tsc, 'test/tsconfig.json'] },
  {
    claim: 'the live page type-checks',
    command: [...tsc, 'services/gateway/page/tsconfig.json'],
    needs: 'services/gateway/page/tsconfig.json',
  },
  {
    claim: 'the report page type-checks',
    command: [...tsc, 'services/backtester/report-page/tsconfig.json'],
    needs: 'services/backtester/report-page/tsconfig.json',
  },
  {
    claim: 'format and lint are clean',
    command: ['node_modules/@biomejs/biome/bin/biome', 'check', '--colors=off', '.'],
  },
  {
    claim: 'imports respect the layers',
    command: [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      ...['--config', '.dependency-cruiser.mjs', '--output-type', 'err', 'services', 'shared'],
    ],
  },
]

async function runHouseChecks() {
  let passed = 0
  let failed = 0
  for (const { claim, command, needs } of HOUSE_CHECKS) {
    if (needs && !existsSync(join(root, needs))) continue
    const { code, output } = await runChild(process.execPath, command, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    console.log(`${code === 0 ? '✓' : '✗'} ${claim}`)
    if (code === 0) passed += 1
    else {
      failed += 1
      console.log(output)
    }
  }
  return { passed, failed, skipped: 0 }
}

/** Totals of Vitest's JSON report. A file that breaks before its first test counts as a failed test. */
function countResults(report) {
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

async function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'foretide-test-'))
  const file = join(folder, 'report.json')
  try {
    const { code } = await runChild(
      process.execPath,
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${file}`,
        ...args,
      ],
      { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
    )
    const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
    const counted = report ? countResults(report) : { passed: 0, failed: 0, skipped: 0 }
    if (report && counted.failed > 0) console.log(`\n${failedTests(report, join(root, '/')).join('\n')}`)
    // No test failed and yet Vitest did: an error outside of any test, or it could not start.
    if (code !== 0 && counted.failed === 0) return { ...counted, failed: 1 }
    return counted
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {readonly string[]} args `--suite NAME` first runs the tests in `test/NAME`, without the house checks; the rest goes to Vitest
 * @returns {Promise<number>} exit code
 */
export async function runTests(args) {
  const suite = args[0] === '--suite' ? args[1] : undefined
  const parts = suite
    ? [await runVitest(['--mode', suite, '--passWithNoTests', ...args.slice(2)])]
    : [await runHouseChecks(), await runVitest(args)]
  const sum = (key) => parts.reduce((total, part) => total + part[key], 0)
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped}`)
  return sum('failed') > 0 ? 1 : 0
}
