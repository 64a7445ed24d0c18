import { expect } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import type { KafkaRun } from './kafka-run.js'
import type { KafkaWorker } from './kafka-worker.js'
import { say } from './progress-lines.js'

/** A kill waits for a commit to be in flight for so long at most. */
const COMMIT_MS = 5_000

/**
 * Two workers share a run; one of them is killed and started again, `kills` times, at moments drawn from `seed`. Resolves when all that was
 * fed is consumed and both have stopped cleanly.
 * @returns how many kills struck while a commit was in flight
 */
export async function killWorkers(
  run: KafkaRun,
  prefix: string,
  { kills, events, seed }: { readonly kills: number; readonly events: number; readonly seed: number },
): Promise<number> {
  const random = new SeededRandom(seed)
  const dead: KafkaWorker[] = []
  const workers = [run.start(prefix), run.start(prefix)]
  const moments = Array.from({ length: kills }, () => random.uniform(0.01, 0.95)).sort((a, b) => a - b)
  let inCommit = 0
  for (const [kill, moment] of moments.entries()) {
    const progress = () => run.progress([...dead, ...workers])
    await run.until('the moment to kill', () => progress() >= moment * events, progress)
    await run.keepAhead(progress())
    const which = Math.floor(random.uniform(0, 2))
    const victim = workers[which]!
    const from = systemClock.now()
    // Three kills of four strike while a commit is in flight, if there is one in time; the others whenever they come.
    if (random.uniform() < 0.75) {
      while (victim.report.inFlight.length === 0 && systemClock.now() - from < COMMIT_MS) {
        await run.keepAhead(progress())
        await systemClock.sleep(1)
      }
      await systemClock.sleep(random.uniform() * victim.report.commitMs)
    }
    await victim.kill()
    if (victim.report.inFlight.length > 0) inCommit++
    const left = run.fed - progress()
    expect(left, 'events that were left when the kill struck').toBeGreaterThan(0)
    dead.push(victim)
    workers[which] = run.start(prefix)
    say(`kill ${kill + 1}: ${left} events left, ${victim.report.inFlight.length} commits in flight`)
  }
  // Something in every partition for who is left: what the dead did last they have not always told.
  await run.keepAhead(run.fed)
  await run.consumed(() => [...dead, ...workers])
  for (const worker of workers) expect(await worker.stop()).toBe(0)
  say(`${inCommit} of ${kills} kills struck with commits in flight`)
  return inCommit
}
