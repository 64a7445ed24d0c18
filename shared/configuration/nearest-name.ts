/** Least number of letters to insert, delete, replace or swap with their neighbour to turn one text into the other. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, replaced))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1)
      }
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}

/** The name that was most likely meant, or null when none is near: at most a third of its letters, at least two, may differ. */
export function nearestName(name: string, known: readonly string[]): string | null {
  let nearest: string | null = null
  let least = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < least) {
      least = distance
      nearest = candidate
    }
  }
  const allowed = Math.max(2, Math.floor((nearest?.length ?? 0) / 3))
  return least <= allowed && least < name.length ? nearest : null
}

/** Gathers the names that are nearest to one, of any number that are seen. */
export class NearestNames {
  private readonly found: { readonly name: string; readonly distance: number }[] = []

  constructor(
    private readonly wanted: string,
    private readonly count: number,
  ) {}

  add(name: string): void {
    if (this.found.some((one) => one.name === name)) return
    const distance = editDistance(this.wanted.toLowerCase(), name.toLowerCase())
    const worst = this.found[this.count - 1]
    if (worst && distance >= worst.distance) return
    this.found.push({ name, distance })
    this.found.sort((a, b) => a.distance - b.distance)
    this.found.length = Math.min(this.found.length, this.count)
  }

  /** The nearest first. */
  get names(): readonly string[] {
    return this.found.map(({ name }) => name)
  }
}

/** What to say after an unknown name: the nearest one, or else all that there are. */
export function suggestName(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known)
  return nearest === null
    ? `known are ${known.map((k) => `\`${k}\``).join(', ')}`
    : `did you mean \`${nearest}\`?`
}
