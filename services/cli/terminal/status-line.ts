/** Where text for people goes: standard output or standard error. */
export interface TextStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

const ERASE_LINE = '\r\u001b[2K'

/** A line at the foot of a terminal that is drawn over; whole lines pass above it. Without a terminal it is never drawn. */
export class StatusLine {
  #shown = ''

  constructor(private readonly stream: TextStream) {}

  get drawable(): boolean {
    return this.stream.isTTY === true
  }

  /** Draw over what stood there. Cut to the terminal's width: a wrapped line could not be drawn over. */
  show(text: string): void {
    if (!this.drawable) return
    // A terminal that nobody has told its size says 0.
    const columns = this.stream.columns || 80
    this.#shown = text.slice(0, columns - 1)
    this.stream.write(`${ERASE_LINE}${this.#shown}`)
  }

  /** Write whole lines above. */
  write(lines: string): void {
    if (this.#shown === '') this.stream.write(lines)
    else this.stream.write(`${ERASE_LINE}${lines}${this.#shown}`)
  }

  clear(): void {
    if (this.#shown !== '') this.stream.write(ERASE_LINE)
    this.#shown = ''
  }
}
