import type { Log, Ownership, Topic } from '#shared/log/port'

/**
 * Which of the processes that feed a pipeline sends: the one that owns the first partition, for a group of their own. When it is gone
 * another one does.
 */
export class FeederTurn {
  #held: Ownership | null = null
  #failure: { readonly error: unknown } | null = null
  /** Give the turn to others, and take no other. */
  readonly release: () => void

  /** @param topic that is fed */
  constructor(log: Log, topic: Topic, group: string) {
    const subscription = log.ownerships(topic, group).subscribe({
      next: (ownership) => {
        if (ownership.partition !== 0) return
        this.#held = ownership
        ownership.lost$.subscribe(() => {
          if (this.#held === ownership) this.#held = null
        })
      },
      error: (error: unknown) => {
        this.#failure = { error }
      },
    })
    this.release = () => {
      this.#held = null
      subscription.unsubscribe()
    }
  }

  /** Whether it is for this process to send. @throws what the log says where it can be nobody's turn */
  get ours(): boolean {
    if (this.#failure !== null) throw this.#failure.error
    return this.#held !== null
  }
}
