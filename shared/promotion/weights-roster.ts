/** Version of the untrained net, which follows from the settings and is always there. */
const UNTRAINED = 0

/**
 * Who serves, who shadows, what is pinned and what is still kept, as the records of a weights topic say in their order.
 *
 * Forecaster, trainer and command line each read the topic through one of these, so that they agree whoever wrote what:
 * the trainer its verdicts, an operator a pin. What compaction takes away changes nothing of where the reading ends, as
 * long as whoever pins or takes a pin away also promotes what is to serve.
 */
export class WeightsRoster {
  private servingVersion = UNTRAINED
  private shadowVersion: number | null = null
  private beforeVersion: number | null = null
  private pinnedVersion: number | null = null
  private configured = false
  private rejectedVersion: number | null = null
  /** Versions that may serve. */
  private readonly kept = new Set([UNTRAINED])
  /** Versions that stand in the topic and may not, such as those of another configuration. */
  private readonly unfit = new Set<number>()
  private newest = UNTRAINED

  /** 0 before the first promotion: the untrained net. */
  get serving(): number {
    return this.servingVersion
  }

  /** The version that is stepped and scored beside the serving one. */
  get shadow(): number | null {
    return this.shadowVersion
  }

  /** The version that served before the serving one: what a rollback brings back. null before the first promotion. */
  get before(): number | null {
    return this.beforeVersion
  }

  /** The version that serves whatever a contest says. */
  get pinned(): number | null {
    return this.pinnedVersion
  }

  /** Whether it is the configuration that has the pinned version serve, and no operator. */
  get pinnedByConfiguration(): boolean {
    return this.configured
  }

  /** Whether the shadow may still prove better: it has not been rejected. */
  get contested(): boolean {
    return this.shadowVersion !== null && this.shadowVersion !== this.rejectedVersion
  }

  /** The highest number that was ever given; none is given twice. */
  get lastVersion(): number {
    return this.newest
  }

  /** Whether a version is kept and may serve. */
  has(version: number): boolean {
    return this.kept.has(version)
  }

  /** Whether a version is kept and may not serve. */
  isUnfit(version: number): boolean {
    return this.unfit.has(version)
  }

  /** A new version: it shadows, in place of what shadowed before. */
  challenge(version: number): void {
    this.note(version)
    this.kept.add(version)
    if (version !== this.servingVersion) this.shadowVersion = version
  }

  /** A new version that may not serve here: what is decided on it says nothing. */
  refuse(version: number): void {
    this.note(version)
    if (!this.kept.has(version)) this.unfit.add(version)
  }

  /**
   * A version is to serve; the one that served shadows.
   * @returns whether anything changes: not where it serves already, may not serve, or another version is pinned
   */
  promote(version: number): boolean {
    this.note(version)
    if (version === this.servingVersion || !this.kept.has(version)) return false
    if (this.pinnedVersion !== null && this.pinnedVersion !== version) return false
    this.beforeVersion = this.servingVersion
    this.shadowVersion = this.servingVersion
    this.servingVersion = version
    this.rejectedVersion = null
    return true
  }

  /** A version has had its chance; it stays in the shadow's slot until another comes. */
  reject(version: number): void {
    this.note(version)
    this.rejectedVersion = version
  }

  /** From now on nothing but this version is promoted; null, and one that may not serve: whatever is better again. */
  pin(version: number | null, configured = false): void {
    this.pinnedVersion = version !== null && this.kept.has(version) ? version : null
    this.configured = configured && this.pinnedVersion !== null
  }

  /**
   * The versions that are older than the newest `count`, the oldest first; not those that serve, shadow, are pinned, or would come
   * back by a rollback.
   */
  olderThan(count: number): readonly number[] {
    const all = [...this.kept, ...this.unfit].filter((version) => version !== UNTRAINED).sort((a, b) => a - b)
    return all.slice(0, Math.max(0, all.length - count)).filter((version) => !this.isNeeded(version))
  }

  /** Versions are no longer kept. One that is needed by now is: somebody decided on it in the same moment. @returns those that went */
  forget(versions: readonly number[]): readonly number[] {
    const gone = versions.filter(
      (version) =>
        version !== UNTRAINED && !this.isNeeded(version) && (this.has(version) || this.isUnfit(version)),
    )
    for (const version of gone) {
      this.kept.delete(version)
      this.unfit.delete(version)
    }
    return gone
  }

  private isNeeded(version: number): boolean {
    const { servingVersion, shadowVersion, beforeVersion, pinnedVersion } = this
    return [servingVersion, shadowVersion, beforeVersion, pinnedVersion].includes(version)
  }

  private note(version: number): void {
    this.newest = Math.max(this.newest, version)
  }
}
