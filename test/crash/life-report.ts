/** What a forecaster's process has told of itself, and so what was under way when it ended. See `crash-child.mjs`. */
export class LifeReport {
  /** Per partition: where the group stood at the start of this life, and where the first read began, if before that. */
  readonly owned = new Map<number, number>()
  readonly replayedFrom = new Map<number, number>()
  readonly begun = new Map<number, number>()
  readonly acknowledged = new Map<number, number>()
  readonly warnings: string[] = []
  /** Partitions that are its own at the moment. */
  readonly holding = new Set<number>()
  /** Commits that were refused because another had the partition. */
  fenced = 0
  commits = 0
  /** Records of the whole feed; 0 before it is open. */
  total = 0
  appendsOpen = 0
  finished = false
  closed = false
  /** The feed as it stands in the log, once it is whole. */
  fed: { readonly total: number; readonly sent: number; readonly skipped: number } | null = null
  #rest = ''
  readonly #begunAt = new Map<number, number>()
  #commitMs = 0
  #durable = 0

  take(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n')
    this.#rest = lines.pop()!
    for (const line of lines) this.#read(line)
  }

  /** Records that went into commits, those of earlier lives included. */
  get progress(): number {
    let sum = 0
    for (const [partition, position] of this.owned) sum += this.begun.get(partition) ?? position
    return sum
  }

  /** How long a commit takes, as seen from outside, milliseconds; 0 before the first is durable. */
  get commitMs(): number {
    return this.#durable === 0 ? 0 : this.#commitMs / this.#durable
  }

  /** Partitions with a commit that has begun and is not known to be durable. */
  get inFlight(): number[] {
    return [...this.begun.keys()].filter((p) => this.begun.get(p) !== this.acknowledged.get(p))
  }

  /** Records that were, or had to be, computed again. */
  get replay(): number {
    let sum = 0
    for (const [partition, from] of this.replayedFrom) sum += this.owned.get(partition)! - from
    return sum
  }

  #read(line: string): void {
    const [kind, ...words] = line.split(' ')
    const [partition, position] = words.map(Number) as [number, number]
    if (kind === 'T') this.total = Number(words[0])
    else if (kind === 'O') {
      this.owned.set(partition, position)
      this.holding.add(partition)
      // What was under way when it was lost the last time has nothing to do with this time.
      this.begun.delete(partition)
      this.acknowledged.delete(partition)
    } else if (kind === 'L') this.holding.delete(partition)
    else if (kind === 'X') this.fenced++
    else if (kind === 'R' && !this.replayedFrom.has(partition)) this.replayedFrom.set(partition, position)
    else if (kind === 'B') {
      this.begun.set(partition, position)
      this.#begunAt.set(partition, performance.now())
      this.commits++
    } else if (kind === 'E') {
      this.acknowledged.set(partition, position)
      this.#commitMs += performance.now() - this.#begunAt.get(partition)!
      this.#durable++
    } else if (kind === 'A') this.appendsOpen++
    else if (kind === 'a') this.appendsOpen--
    else if (kind === 'C')
      this.fed = { total: Number(words[0]), sent: Number(words[1]), skipped: Number(words[2]) }
    else if (kind === 'F') this.finished = true
    else if (kind === 'S') this.closed = true
    else if (kind === 'W') this.warnings.push(line.slice(2))
  }
}
