const ZERO = 0x30
const POINT = 0x2e
const MINUS = 0x2d
const COMMA = 0x2c

/** A number takes at most 27 bytes: a sign, "0.000000", six digits, or 21 digits before the point; one is written and cut off again. */
export const NUMBER_BYTES_MAX = 32

/** Numbers from `SMALLEST` on and below 10^21 are printed without an exponent, as JavaScript has it. */
const EXPONENT_MIN = -6
const EXPONENT_MAX = 20
const SMALLEST = Number(`1e${EXPONENT_MIN}`)
/** 10^e at place e − EXPONENT_MIN: the double that is nearest to it. */
const BOUNDS = Float64Array.from({ length: EXPONENT_MAX - EXPONENT_MIN + 2 }, (_, i) =>
  Number(`1e${i + EXPONENT_MIN}`),
)
/** 10^0 … 10^22, all of them exact. */
const POWERS = Float64Array.from({ length: 23 }, (_, power) => 10 ** power)
/** Up to this exponent six digits are had by multiplying, beyond by dividing. */
const MULTIPLIED_MAX = 5

/** The three digits of 0…999, the first in the lowest byte. */
const DIGITS = Int32Array.from({ length: 1000 }, (_, i) => {
  const digits = [Math.floor(i / 100), Math.floor(i / 10) % 10, i % 10].map((digit) => ZERO + digit)
  return digits[0]! | (digits[1]! << 8) | (digits[2]! << 16)
})
/** How many of these three are there without the zeros at the end. */
const COUNTS = Uint8Array.from({ length: 1000 }, (_, i) =>
  i === 0 ? 0 : i % 100 === 0 ? 1 : i % 10 === 0 ? 2 : 3,
)

/**
 * Write numbers with commas between them, each with 6 significant digits as JavaScript prints it, and `null` for what is not
 * finite. Neighbours are mostly of one size, so that its powers of ten are looked up once.
 * @param block has room for `NUMBER_BYTES_MAX` + 1 bytes for each number from `at` on
 * @returns where it ends
 */
export function writeNumbers(
  block: Buffer,
  at: number,
  values: ArrayLike<number>,
  from: number,
  count: number,
): number {
  let end = at
  let exponent = 0
  let low = 0
  let high = 0
  let scale = 0
  for (let i = from; i < from + count; i++) {
    if (i > from) block[end++] = COMMA
    const value = values[i]!
    const size = value < 0 ? -value : value
    if (!(size >= low && size < high)) {
      if (!(size >= SMALLEST && size < POWERS[MULTIPLIED_MAX + 1]!)) {
        end = writeNumber(block, end, value)
        continue
      }
      exponent = exponentOf(size)
      low = BOUNDS[exponent - EXPONENT_MIN]!
      high = BOUNDS[exponent - EXPONENT_MIN + 1]!
      scale = POWERS[MULTIPLIED_MAX - exponent]!
    }
    if (value < 0) block[end++] = MINUS
    end = writeDigits(block, end, Math.round(size * scale), exponent)
  }
  return end
}

/** One of `writeNumbers`. */
export function writeNumber(block: Buffer, at: number, value: number): number {
  const size = value < 0 ? -value : value
  if (!(size >= SMALLEST && size < BOUNDS[BOUNDS.length - 1]!)) return writeUnusual(block, at, value)
  const exponent = exponentOf(size)
  // Dividing or multiplying by an exact power of ten leaves one rounding, the one that is wanted.
  const digits =
    exponent <= MULTIPLIED_MAX
      ? Math.round(size * POWERS[MULTIPLIED_MAX - exponent]!)
      : Math.round(size / POWERS[exponent - MULTIPLIED_MAX]!)
  let start = at
  if (value < 0) block[start++] = MINUS
  return writeDigits(block, start, digits, exponent)
}

/** Of the first digit of a number from `SMALLEST` on. */
function exponentOf(size: number): number {
  let place = -EXPONENT_MIN
  if (size >= 1) while (size >= BOUNDS[place + 1]!) place++
  else while (size < BOUNDS[place]!) place--
  return place + EXPONENT_MIN
}

/** 0, what is not finite, and what JavaScript prints with an exponent. */
function writeUnusual(block: Buffer, at: number, value: number): number {
  if (value === 0) {
    block[at] = ZERO
    return at + 1
  }
  return (
    at + block.write(Number.isFinite(value) ? String(Number(value.toPrecision(6))) : 'null', at, 'latin1')
  )
}

/** @param rounded six digits whose first stands for 10^exponent, or 1,000,000 where they were rounded up to that */
function writeDigits(block: Buffer, at: number, rounded: number, exponent: number): number {
  if (rounded >= 1_000_000) return writeSix(block, at, 100_000, exponent + 1)
  return writeSix(block, at, rounded, exponent)
}

/** Without exponent and without zeros after the last digit that counts, which are written and cut off. */
function writeSix(block: Buffer, at: number, digits: number, exponent: number): number {
  const first = (digits / 1000) | 0
  const last = (digits - 1000 * first) | 0
  const high = DIGITS[first]!
  const low = DIGITS[last]!
  const count = last === 0 ? COUNTS[first]! : 3 + COUNTS[last]!
  if (exponent >= 0 && exponent < MULTIPLIED_MAX) {
    // Digits after the point move on by one, and leave it its place.
    block[at] = high
    block[at + (exponent < 1 ? 2 : 1)] = high >> 8
    block[at + (exponent < 2 ? 3 : 2)] = high >> 16
    block[at + (exponent < 3 ? 4 : 3)] = low
    block[at + (exponent < 4 ? 5 : 4)] = low >> 8
    block[at + 6] = low >> 16
    block[at + exponent + 1] = POINT
    return at + (count > exponent + 1 ? count + 1 : exponent + 1)
  }
  let start = at
  if (exponent < 0) {
    block[start++] = ZERO
    block[start++] = POINT
    for (let zeros = -1 - exponent; zeros > 0; zeros--) block[start++] = ZERO
  }
  block[start] = high
  block[start + 1] = high >> 8
  block[start + 2] = high >> 16
  block[start + 3] = low
  block[start + 4] = low >> 8
  block[start + 5] = low >> 16
  if (exponent < 0) return start + count
  let end = start + 6
  for (let zeros = exponent - 5; zeros > 0; zeros--) block[end++] = ZERO
  return end
}
