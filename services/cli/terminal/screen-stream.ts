import type { TextStream } from './text-stream.js'

const ERASE_LINE = '\r\u001b[2K'

/** What stands at the foot of a terminal. */
export class Foot {
  text = ''
}

/**
 * A stream that draws a line at the foot of its terminal, below the whole lines that it writes. Standard output and standard error are mostly
 * one terminal, so that they share its foot: what either writes stands above.
 */
export class ScreenStream implements TextStream {
  constructor(
    private readonly stream: TextStream,
    private readonly foot: Foot = new Foot(),
  ) {}

  get isTTY(): boolean {
    return this.stream.isTTY === true
  }

  get columns(): number | undefined {
    return this.stream.columns
  }

  /** Whole lines. */
  write(lines: string): unknown {
    const { text } = this.foot
    return this.stream.write(text === '' || !this.isTTY ? lines : `${ERASE_LINE}${lines}${text}`)
  }

  /** In place of what stood at the foot; '' for nothing. On a terminal only. */
  draw(text: string): void {
    if (text !== '' || this.foot.text !== '') this.stream.write(`${ERASE_LINE}${text}`)
    this.foot.text = text
  }
}
