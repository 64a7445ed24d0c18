import { ScreenStream } from './screen-stream.js'
import type { TextStream } from './text-stream.js'

/** A line at the foot of a terminal that is drawn over; whole lines pass above it. Without a terminal it is never drawn. */
export class StatusLine {
  readonly #screen: ScreenStream

  /** @param stream one of an opened terminal, where what others write to it is to pass above, too */
  constructor(stream: TextStream) {
    this.#screen = stream instanceof ScreenStream ? stream : new ScreenStream(stream)
  }

  get drawable(): boolean {
    return this.#screen.isTTY
  }

  /** Draw over what stood there. Cut to the terminal's width: a wrapped line could not be drawn over. */
  show(text: string): void {
    if (!this.drawable) return
    // A terminal that nobody has told its size says 0.
    const columns = this.#screen.columns || 80
    this.#screen.draw(text.slice(0, columns - 1))
  }

  /** Write whole lines above. */
  write(lines: string): void {
    this.#screen.write(lines)
  }

  clear(): void {
    if (this.drawable) this.#screen.draw('')
  }
}
