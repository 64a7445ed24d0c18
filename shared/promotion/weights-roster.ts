/**
 * Who serves, who shadows and what is pinned, as the records of a weights topic say in their order.
 *
 * Forecaster, trainer and command line each read the topic through one of these, so that they agree whoever wrote what:
 * the trainer its verdicts, an operator a pin. What compaction takes away changes nothing of where the reading ends, as
 * long as whoever pins or takes a pin away also promotes what is to serve.
 */
export class WeightsRoster {
  private servingVersion = 0
  private shadowVersion: number | null = null
  private beforeVersion: number | null = null
  private pinnedVersion: number | null = null
  private rejectedVersion: number | null = null

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

  /** Whether the shadow may still prove better: it has not been rejected. */
  get contested(): boolean {
    return this.shadowVersion !== null && this.shadowVersion !== this.rejectedVersion
  }

  /** A new version: it shadows, in place of what shadowed before. */
  challenge(version: number): void {
    if (version !== this.servingVersion) this.shadowVersion = version
  }

  /**
   * A version is to serve; the one that served shadows.
   * @returns whether anything changes: not where it serves already, and not while another version is pinned
   */
  promote(version: number): boolean {
    if (version === this.servingVersion) return false
    if (this.pinnedVersion !== null && this.pinnedVersion !== version) return false
    this.beforeVersion = this.servingVersion
    this.shadowVersion = this.servingVersion
    this.servingVersion = version
    this.rejectedVersion = null
    return true
  }

  /** A version has had its chance; it stays in the shadow's slot until another comes. */
  reject(version: number): void {
    this.rejectedVersion = version
  }

  /** From now on nothing but this version is promoted; null: whatever is better again. */
  pin(version: number | null): void {
    this.pinnedVersion = version
  }
}
