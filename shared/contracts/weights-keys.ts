/** What a record of the weights topic is about, as its key tells it. */
const KEY = /^(version|promotion|rejection):(\d+)(?::|$)/

/** Versions back for which verdicts are kept, a few hundred bytes each: more than the live page marks. */
const VERDICTS_KEPT = 500

/** The records of a weights topic that tell of one version each, and which of them are to go. */
export class WeightsKeys {
  /** Those that have a value, with their version. */
  private readonly held = new Map<string, { readonly version: number; readonly verdict: boolean }>()
  private readonly forgotten = new Set<number>()
  private newest = 0

  take(key: Uint8Array | null, value: Uint8Array | null): void {
    const name = key === null ? '' : Buffer.from(key).toString('utf8')
    const [, kind, digits] = KEY.exec(name) ?? []
    if (digits === undefined) return
    if (value === null) {
      this.held.delete(name)
      return
    }
    const version = Number(digits)
    this.newest = Math.max(this.newest, version)
    this.held.set(name, { version, verdict: kind !== 'version' })
  }

  /** These versions are no longer kept. */
  forget(versions: readonly number[]): void {
    for (const version of versions) this.forgotten.add(version)
  }

  /** Keys of forgotten versions, and of verdicts on those of long ago. @param isKept whether a version is */
  due(isKept: (version: number) => boolean): readonly string[] {
    const due: string[] = []
    const waiting = new Set<number>()
    for (const [key, { version, verdict }] of this.held) {
      if (
        verdict ? version <= this.newest - VERDICTS_KEPT && !isKept(version) : this.forgotten.has(version)
      ) {
        due.push(key)
        waiting.add(version)
      }
    }
    for (const version of this.forgotten) if (!waiting.has(version)) this.forgotten.delete(version)
    return due
  }
}
