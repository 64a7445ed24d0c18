const POWERS = Array.from({ length: 23 }, (_, power) => 10 ** power)
const FRACTIONS = Array.from({ length: 8 }, (_, power) => Number(`1e-${power}`))
const ZERO = 0x30
const POINT = 0x2e
const MINUS = 0x2d
const COMMA = 0x2c
const OPEN = 0x5b
const CLOSE = 0x5d
/** A number takes at most 27 bytes: a sign, "0.000000", six digits, or 21 digits before the point. */
const NUMBER_BYTES_MAX = 32
/** Messages are cut from blocks of this size; a message of its own block costs more than its numbers. */
const BLOCK_BYTES = 256 * 1024

/** The three digits of 0…999, as characters, one number after another. */
const DIGITS = new Uint8Array(3000)
/** How many zeros each of them ends with. */
const ZEROS_AT_END = new Uint8Array(1000)
for (let i = 0; i < 1000; i++) {
  DIGITS[3 * i] = ZERO + Math.floor(i / 100)
  DIGITS[3 * i + 1] = ZERO + (Math.floor(i / 10) % 10)
  DIGITS[3 * i + 2] = ZERO + (i % 10)
  ZEROS_AT_END[i] = i === 0 ? 3 : i % 100 === 0 ? 2 : i % 10 === 0 ? 1 : 0
}

/**
 * Writes JSON straight into bytes, for messages that are mostly numbers: a fan has some two hundred, and turning each into
 * a string, the string into a message and that into bytes was half of the time that a forecast took.
 */
export class JsonWriter {
  private block = Buffer.allocUnsafeSlow(BLOCK_BYTES)
  /** Where the message that is being written begins, and where it goes on. */
  private start = 0
  private at = 0
  private readonly six = new Uint8Array(6)

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
    this.block[this.at++] = OPEN
    for (let i = 0; i < count; i++) {
      if (i > 0) this.block[this.at++] = COMMA
      this.digits(values[at + i]!)
    }
    this.block[this.at++] = CLOSE
    return this
  }

  /** A number with 6 significant digits, as JavaScript prints it; null when it is not finite. */
  number(value: number): this {
    this.reserve(NUMBER_BYTES_MAX)
    this.digits(value)
    return this
  }

  /** A whole number with all of its digits. */
  whole(value: number): this {
    if (value >= 0 && value < 1000) return this.number(value)
    return this.text(String(value))
  }

  /** What was written, as bytes that nobody else writes; the writer starts anew. */
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

  private digits(value: number): void {
    const size = value < 0 ? -value : value
    if (!(size >= 1e-6 && size < 1e21)) {
      this.unusual(value)
      return
    }
    if (value < 0) this.block[this.at++] = MINUS
    if (size < 1000 && size === Math.floor(size)) {
      this.small(size)
      return
    }
    let exponent = 0
    if (size >= 1) while (size >= POWERS[exponent + 1]!) exponent++
    else while (size < FRACTIONS[-exponent]!) exponent--
    // Dividing or multiplying by an exact power of ten leaves one rounding, the one that is wanted.
    let digits =
      exponent <= 5 ? Math.round(size * POWERS[5 - exponent]!) : Math.round(size / POWERS[exponent - 5]!)
    if (digits >= 1_000_000) {
      digits = Math.round(digits / 10)
      exponent++
    }
    this.plain(digits, exponent)
  }

  /** 0, what is not finite, and what JavaScript prints with an exponent. */
  private unusual(value: number): void {
    const text = !Number.isFinite(value) ? 'null' : value === 0 ? '0' : String(Number(value.toPrecision(6)))
    this.at += this.block.write(text, this.at, 'latin1')
  }

  /** A whole number from 1 to 999. */
  private small(value: number): void {
    const { block } = this
    let from = 3 * value
    const end = from + 3
    if (value < 100) from++
    if (value < 10) from++
    let at = this.at
    while (from < end) block[at++] = DIGITS[from++]!
    this.at = at
  }

  /** Six digits whose first stands for 10^exponent, −6 ≤ exponent ≤ 20, without exponent and without zeros at the end. */
  private plain(sixDigits: number, exponent: number): void {
    const { block, six } = this
    const high = (sixDigits / 1000) | 0
    const low = (sixDigits - 1000 * high) | 0
    for (let i = 0; i < 3; i++) {
      six[i] = DIGITS[3 * high + i]!
      six[3 + i] = DIGITS[3 * low + i]!
    }
    const count = 6 - (low === 0 ? 3 + ZEROS_AT_END[high]! : ZEROS_AT_END[low]!)
    let at = this.at
    let i = 0
    if (exponent < 0) {
      block[at++] = ZERO
    } else {
      const whole = exponent < 5 ? exponent + 1 : 6
      while (i < whole) block[at++] = six[i++]!
      for (let rest = exponent - 5; rest > 0; rest--) block[at++] = ZERO
    }
    if (i < count) {
      block[at++] = POINT
      for (let zeros = -1 - exponent; zeros > 0; zeros--) block[at++] = ZERO
      while (i < count) block[at++] = six[i++]!
    }
    this.at = at
  }
}
