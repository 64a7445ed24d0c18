import type { Log, Ownership, Topic } from '#shared/log/port'

/** The trainer's claim: partition 0 of the weights topic. null when told to stop while another trainer has it. */
export function ownWeights(
  log: Log,
  topic: Topic,
  group: string,
  signal: AbortSignal,
): Promise<Ownership | null> {
  return new Promise((resolve, reject) => {
    const subscription = log.ownerships(topic, group).subscribe({
      next: (ownership) => {
        if (ownership.partition === 0) resolve(ownership)
      },
      error: reject,
    })
    const stop = () => {
      subscription.unsubscribe()
      resolve(null)
    }
    signal.addEventListener('abort', stop, { once: true })
  })
}
