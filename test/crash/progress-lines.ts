import type { Life } from './live-and-die.js'

/** A line at once: the runs take minutes, and a test runner holds back what tests print. */
export function say(line: string): void {
  process.stderr.write(`crash: ${line}\n`)
}

/** One life in a line. */
export function describeLife(name: string, { plan, report, signal, code, ...life }: Life): string {
  const end = signal ? `${signal} in ${life.struckIn}` : code === 0 ? 'clean end' : `exit code ${code}`
  const facts = [
    `${plan.ending}: ${end}`,
    `batch ${plan.batchMax}, flush ${plan.flushAfterMs} ms`,
    `replay ${report.replay}`,
    `${report.commits} commits to ${report.progress}`,
    `${report.inFlight.length} in flight${report.appendsOpen > 0 ? ' + an append' : ''}`,
    `commit ${report.commitMs.toFixed(0)} ms`,
    `${life.seconds.toFixed(1)} s`,
  ]
  if (life.stopSeconds !== null) {
    facts.push(`ended ${life.stopSeconds.toFixed(2)} s and ${life.commitsInStop} commits after SIGTERM`)
  }
  return `${name}: ${facts.join('; ')}`
}
