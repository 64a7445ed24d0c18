import type { Subscription } from 'rxjs'
import type { Log, Ownership, Topic } from '#shared/log/port'

/** The trainer's claim on the weights topic. */
export interface WeightsClaim {
  /** Of partition 0, the one that has records. */
  readonly ownership: Ownership
  /** Give the topic back. Until then it is ours, also after the signal to stop: a record on its way is written. */
  release(): Promise<void>
}

/** Wait for the weights topic. null when told to stop before it is ours. */
export function ownWeights(
  log: Log,
  topic: Topic,
  group: string,
  signal: AbortSignal,
): Promise<WeightsClaim | null> {
  return new Promise((resolve, reject) => {
    let claim: WeightsClaim | null = null
    let subscription: Subscription | undefined
    const stop = () => {
      if (claim) return
      subscription?.unsubscribe()
      resolve(null)
    }
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    subscription = log.ownerships(topic, group).subscribe({
      next: (ownership) => {
        if (ownership.partition !== 0) return
        const release = async () => {
          await ownership.release()
          subscription?.unsubscribe()
        }
        claim = { ownership, release }
        resolve(claim)
      },
      error: reject,
    })
  })
}
