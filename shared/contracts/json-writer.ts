import { NUMBER_BYTES_MAX, writeNumber, writeNumbers } from './six-digits.js'

const ZERO = 0x30
const COMMA = 0x2c
const OPEN = 0x5b
const CLOSE = 0x5d
/** Messages are cut from blocks of this size; a message of its own block costs more than its numbers. */
const BLOCK_BYTES = 256 * 1024
/** Whole numbers below this are written digit by digit. */
const WHOLE_MAX = 1_000_000_000

/**
 * Writes JSON straight into bytes, for messages that are mostly numbers: a fan has some two hundred, and turning each into
 * a string, the string into a message and that into bytes was half of the time that a forecast took.
 */
export class JsonWriter {
  private block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  /** Where the message that is being written begins, and where it goes on. */
  private start = 0
  private at = 0

  /** Text that is JSON already. */
  text(text: string): this {
    this.reserve(3 * text.length)
    this.at += this.block.write(text, this.at, 'utf8')
    return this
  }

  /** The same as bytes: for texts that stand in every message. */
  bytes(bytes: Uint8Array): this {
    this.reserve(bytes.length)
    const { block } = this
    let at = this.at
    for (let i = 0; i < bytes.length; i++) block[at++] = bytes[i]!
    this.at = at
    return this
  }

  /** An array of numbers from `at` on, each with 6 significant digits; what is not finite is null. */
  numbers(values: ArrayLike<number>, at = 0, count = values.length - at): this {
    this.reserve(2 + count * (NUMBER_BYTES_MAX + 1))
    this.block[this.at] = OPEN
    this.at = writeNumbers(this.block, this.at + 1, values, at, count)
    this.block[this.at++] = CLOSE
    return this
  }

  /** Rows of numbers that lie one after another, as an array of arrays. */
  rows(values: ArrayLike<number>, rows: number, columns: number): this {
    this.reserve(1)
    this.block[this.at++] = OPEN
    for (let row = 0; row < rows; row++) {
      this.numbers(values, row * columns, columns)
      this.reserve(1)
      this.block[this.at++] = row === rows - 1 ? CLOSE : COMMA
    }
    return this
  }

  /** A number with 6 significant digits, as JavaScript prints it; null when it is not finite. */
  number(value: number): this {
    this.reserve(NUMBER_BYTES_MAX)
    this.at = writeNumber(this.block, this.at, value)
    return this
  }

  /** A whole number with all of its digits. */
  whole(value: number): this {
    if (!(value >= 0 && value < WHOLE_MAX)) return this.text(String(value))
    this.reserve(NUMBER_BYTES_MAX)
    let unit = 1
    while (value >= 10 * unit) unit *= 10
    for (let rest = value; unit >= 1; unit = (unit / 10) | 0) {
      const digit = (rest / unit) | 0
      this.block[this.at++] = ZERO + digit
      rest -= digit * unit
    }
    return this
  }

  /** Whoever calls this is done with all that was ever taken: what is written next goes over it. */
  recycle(): void {
    this.start = 0
    this.at = 0
  }

  /** What was written, as bytes that nobody else writes until they are recycled; the writer starts anew. */
  take(): Uint8Array {
    const taken = this.block.subarray(this.start, this.at)
    this.start = this.at
    return taken
  }

  private reserve(more: number): void {
    if (this.at + more <= this.block.length) return
    const written = this.at - this.start
    const block = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, 2 * (written + more)))
    this.block.copy(block, 0, this.start, this.at)
    this.block = block
    this.start = 0
    this.at = written
  }
}
