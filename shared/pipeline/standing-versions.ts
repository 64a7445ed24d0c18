import type { Log, Offset, Topic } from '#shared/log/port'
import { FIRST_STANDING, type Standing, standingAfter } from './standing.js'
import type { Wire } from './wire.js'

/**
 * The versions that stand in some partition's slots, as the decisions topic tells. A partition that is behind needs them when it is
 * restored, whoever serves elsewhere by now.
 */
export class StandingVersions {
  private readonly standings: Standing[] = []
  private readonly next: Offset[] = []

  constructor(
    private readonly log: Log,
    /** Of decisions. */
    private readonly topic: Topic,
    private readonly wire: Wire,
  ) {}

  /** Read what the topic holds now and was not read before. */
  async catchUp(): Promise<void> {
    const partitions = await this.log.partitions(this.topic)
    for (let partition = 0; partition < partitions; partition++) {
      const { start, end } = await this.log.bounds(this.topic, partition)
      const from = Math.max(start, this.next[partition] ?? 0)
      this.next[partition] = Math.max(from, end)
      if (end <= from) continue
      for await (const { records } of this.log.read(this.topic, partition, from, end)) {
        for (const { value } of records) if (value) this.take(partition, value)
      }
    }
  }

  /** Those of the versions that stand in no partition by now. Where there are none to ask of, nothing is read. */
  async idle(versions: readonly number[]): Promise<readonly number[]> {
    if (versions.length === 0) return versions
    await this.catchUp()
    return versions.filter((version) => !this.has(version))
  }

  has(version: number): boolean {
    return this.standings.some(({ serving, shadow }) => serving === version || shadow === version)
  }

  /** Decisions that a partition passed over, on versions of another configuration, keep some too many. */
  private take(partition: number, value: Uint8Array): void {
    const decision = this.wire.readDecision(value)
    if (!('version' in decision)) return
    this.standings[partition] = standingAfter(this.standings[partition] ?? FIRST_STANDING, decision)
  }
}
