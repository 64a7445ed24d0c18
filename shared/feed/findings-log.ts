import type { FeedFindings, RejectedCell } from './feed.js'

const examplesMax = 5

/** Collects what a person should know about how a source was understood. */
export class FindingsLog {
  readonly #warnings = new Set<string>()
  readonly #examples: RejectedCell[] = []
  #rejected = 0

  /** Say a sentence; the same one is kept once. */
  warn(sentence: string): void {
    this.#warnings.add(sentence)
  }

  reject(line: number, column: string, cell: unknown): void {
    this.rejectMany(1, [{ line, column, text: textOf(cell) }])
  }

  /** Count `count` cells, of which `examples` are the first. */
  rejectMany(count: number, examples: readonly RejectedCell[]): void {
    this.#rejected += count
    this.#examples.push(...examples)
    this.#examples.sort((a, b) => a.line - b.line)
    this.#examples.length = Math.min(this.#examples.length, examplesMax)
  }

  findings(): FeedFindings {
    const rejected = { count: this.#rejected, examples: [...this.#examples] }
    return { warnings: [...this.#warnings], rejected }
  }
}

/** A cell as a person would recognise it, cut to a length that fits a line. */
export function textOf(cell: unknown): string {
  const text =
    cell instanceof Date
      ? timeText(cell)
      : cell && typeof cell === 'object'
        ? JSON.stringify(cell)
        : String(cell ?? '')
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}

/** A time that was none when the file was written cannot be put into ISO 8601. */
function timeText(time: Date): string {
  return Number.isNaN(time.getTime()) ? String(time) : time.toISOString()
}
