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

/**
 * Writes JSON straight into bytes, for messages that are mostly numbers: a fan has some two hundred, and turning each into
 * a string, the string into a message and that into bytes was half of the time that a forecast took.
 */
export class JsonWriter {
  private bytes = Buffer.allocUnsafe(4096)
  private length = 0

  /** Text that is JSON already. */
  text(text: string): this {
    this.reserve(3 * text.length)
    this.length += this.bytes.write(text, this.length, 'utf8')
    return this
  }

  /** An array of numbers from `at` on, each with 6 significant digits; what is not finite is null. */
  numbers(values: ArrayLike<number>, at = 0, count = values.length - at): this {
    this.reserve(2 + count * (NUMBER_BYTES_MAX + 1))
    this.bytes[this.length++] = OPEN
    for (let i = 0; i < count; i++) {
      if (i > 0) this.bytes[this.length++] = COMMA
      this.digits(values[at + i])
    }
    this.bytes[this.length++] = CLOSE
    return this
  }

  /** A number with 6 significant digits, as JavaScript prints it; null when it is not finite. */
  number(value: number): this {
    this.reserve(NUMBER_BYTES_MAX)
    this.digits(value)
    return this
  }

  /** What was written, as bytes of its own; the writer starts anew. */
  take(): Uint8Array {
    const taken = Buffer.allocUnsafeSlow(this.length)
    this.bytes.copy(taken, 0, 0, this.length)
    this.length = 0
    return taken
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(2 * this.bytes.length, this.length + more))
    this.bytes.copy(larger, 0, 0, this.length)
    this.bytes = larger
  }

  private digits(value: number): void {
    if (!Number.isFinite(value)) {
      this.length += this.bytes.write('null', this.length, 'latin1')
      return
    }
    const size = value < 0 ? -value : value
    if (size < 1e-6 || size >= 1e21) {
      const rounded = value === 0 ? 0 : Number(value.toPrecision(6))
      this.length += this.bytes.write(String(rounded), this.length, 'latin1')
      return
    }
    let exponent = 0
    if (size >= 1) while (size >= POWERS[exponent + 1]) exponent++
    else while (size < FRACTIONS[-exponent]) exponent--
    // Dividing or multiplying by an exact power of ten leaves one rounding, the one that is wanted.
    let digits =
      exponent <= 5 ? Math.round(size * POWERS[5 - exponent]) : Math.round(size / POWERS[exponent - 5])
    if (digits >= 1_000_000) {
      digits = Math.round(digits / 10)
      exponent++
    }
    if (value < 0) this.bytes[this.length++] = MINUS
    this.plain(digits, exponent)
  }

  /** Six digits whose first stands for 10^exponent, −6 ≤ exponent ≤ 20, without exponent and without zeros at the end. */
  private plain(sixDigits: number, exponent: number): void {
    const { bytes } = this
    let at = this.length
    let count = 6
    let digits = sixDigits | 0
    while (count > 1 && digits % 10 === 0) {
      digits = (digits / 10) | 0
      count--
    }
    if (exponent < 0) {
      bytes[at++] = ZERO
      bytes[at++] = POINT
      for (let i = -1; i > exponent; i--) bytes[at++] = ZERO
    }
    // Right to left, leaving room for the point.
    const whole = exponent < 0 ? 0 : Math.max(0, Math.min(count, exponent + 1))
    const fraction = count - whole
    const end = at + count + (whole > 0 && fraction > 0 ? 1 : 0)
    let place = end - 1
    for (let i = 0; i < count; i++) {
      if (whole > 0 && i === fraction && fraction > 0) bytes[place--] = POINT
      const next = (digits / 10) | 0
      bytes[place--] = ZERO + digits - 10 * next
      digits = next
    }
    at = end
    for (let i = count; i <= exponent; i++) bytes[at++] = ZERO
    this.length = at
  }
}
