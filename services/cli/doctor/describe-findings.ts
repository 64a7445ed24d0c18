import { countOf } from '#shared/words/count-of'
import type { Finding } from './finding.js'

const COLOURS = { ok: 32, warn: 33, fail: 31 } as const

/** One line per finding, advice below it, and what it comes to. */
export function describeFindings(findings: readonly Finding[], colour: boolean): string[] {
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = findings.flatMap(({ check, status, message, advice }) => {
    const word = status.padEnd(4)
    const painted = colour ? `\u001b[${COLOURS[status]}m${word}\u001b[0m` : word
    const line = `${painted}  ${check.padEnd(width)}  ${message}`
    return advice === undefined ? [line] : [line, `${' '.repeat(width + 8)}→ ${advice}`]
  })
  return [...lines, '', summarise(findings)]
}

function summarise(findings: readonly Finding[]): string {
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length
  const fails = count('fail')
  const warns = count('warn')
  if (fails + warns === 0) return 'Everything is well.'
  const parts = [
    ...(fails === 0 ? [] : [`${countOf(fails, 'thing does', 'things do')} not work`]),
    ...(warns === 0 ? [] : [`${warns} could be better`]),
  ]
  return `${parts.join(', ')}.`
}
