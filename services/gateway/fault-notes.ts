import type { StructuredLog } from '#shared/telemetry/structured-log'

/** Different failures that are told: what goes on failing is no news. */
const TOLD_MAX = 20

/** Tells failures that the gateway lives with, each once. */
export class FaultNotes {
  private readonly told = new Set<string>()

  constructor(private readonly notes: StructuredLog) {}

  /** @param message what follows from it for people */
  tell(message: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    const fault = `${message}: ${reason}`
    if (this.told.has(fault) || this.told.size >= TOLD_MAX) return
    this.told.add(fault)
    this.notes.warn(message, { reason })
  }
}
