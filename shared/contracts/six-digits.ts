const ZERO = 0x30
const POINT = 0x2e
const MINUS = 0x2d
const COMMA = 0x2c
const MILLION = 1_000_000

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

const one = new Float64Array(1)

/** One of `writeNumbers`. */
export function writeNumber(block: Buffer, at: number, value: number): number {
  one[0] = value
  return writeNumbers(block, at, one, 0, 1)
}

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
        end = writeUnusual(block, end, value, size)
        continue
      }
      exponent = exponentOf(size)
      low = BOUNDS[exponent - EXPONENT_MIN]!
      high = BOUNDS[exponent - EXPONENT_MIN + 1]!
      scale = POWERS[MULTIPLIED_MAX - exponent]!
    }
    if (value < 0) block[end++] = MINUS
    // Multiplying by an exact power of ten leaves one rounding, the one that is wanted. The sum below is exact.
    const rounded = (size * scale + 0.5) | 0
    const power = rounded === MILLION ? exponent + 1 : exponent
    const digits = rounded === MILLION ? MILLION / 10 : rounded
    if (power < 0 || power >= MULTIPLIED_MAX) {
      end = writeOutside(block, end, digits, power)
      continue
    }
    const first = (digits / 1000) | 0
    const last = digits - 1000 * first
    const left = DIGITS[first]!
    const right = DIGITS[last]!
    // Digits after the point move on by one, and leave it its place. Zeros at the end are written and cut off.
    block[end] = left
    block[end + (power < 1 ? 2 : 1)] = left >> 8
    block[end + (power < 2 ? 3 : 2)] = left >> 16
    block[end + (power < 3 ? 4 : 3)] = right
    block[end + (power < 4 ? 5 : 4)] = right >> 8
    block[end + 6] = right >> 16
    block[end + power + 1] = POINT
    const counting = last === 0 ? COUNTS[first]! : 3 + COUNTS[last]!
    end += counting > power + 1 ? counting + 1 : power + 1
  }
  return end
}

/** Exponent of the first digit of a number from `SMALLEST` on. */
function exponentOf(size: number): number {
  let place = -EXPONENT_MIN
  if (size >= 1) while (size >= BOUNDS[place + 1]!) place++
  else while (size < BOUNDS[place]!) place--
  return place + EXPONENT_MIN
}

/** 0, what is not finite, what has more than six digits before the point, and what JavaScript prints with an exponent. */
function writeUnusual(block: Buffer, at: number, value: number, size: number): number {
  if (value === 0) {
    block[at] = ZERO
    return at + 1
  }
  if (!Number.isFinite(value)) return at + block.write('null', at, 'latin1')
  if (!(size >= SMALLEST && size < BOUNDS[BOUNDS.length - 1]!)) {
    return at + block.write(String(Number(value.toPrecision(6))), at, 'latin1')
  }
  let start = at
  if (value < 0) block[start++] = MINUS
  const exponent = exponentOf(size)
  const rounded = Math.round(size / POWERS[exponent - MULTIPLIED_MAX]!)
  return rounded === MILLION
    ? writeOutside(block, start, MILLION / 10, exponent + 1)
    : writeOutside(block, start, rounded, exponent)
}

/** Six digits all of which lie after the point or before it; zeros at the end of the fraction are written and cut off. */
function writeOutside(block: Buffer, at: number, digits: number, power: number): number {
  const first = (digits / 1000) | 0
  const last = (digits - 1000 * first) | 0
  let start = at
  if (power < 0) {
    block[start++] = ZERO
    block[start++] = POINT
    for (let zeros = -1 - power; zeros > 0; zeros--) block[start++] = ZERO
  }
  const left = DIGITS[first]!
  const right = DIGITS[last]!
  block[start] = left
  block[start + 1] = left >> 8
  block[start + 2] = left >> 16
  block[start + 3] = right
  block[start + 4] = right >> 8
  block[start + 5] = right >> 16
  if (power < 0) return start + (last === 0 ? COUNTS[first]! : 3 + COUNTS[last]!)
  let end = start + 6
  for (let zeros = power - MULTIPLIED_MAX; zeros > 0; zeros--) block[end++] = ZERO
  return end
}
