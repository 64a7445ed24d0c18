const POWERS = Array.from({ length: 23 }, (_, power) => 10 ** power)

/**
 * Round to 6 significant digits, so that JSON prints no more than that. Both branches divide or multiply an integer by an
 * exactly representable power of ten, which is what makes the shortest print come out short.
 */
export function sixDigits(value: number): number {
  if (value === 0) return 0
  const size = Math.floor(Math.log10(Math.abs(value)))
  if (size < -17 || size > 20) return Number(value.toPrecision(6))
  const shift = 5 - size
  if (shift >= 0) {
    const scaled = Math.round(value * POWERS[shift])
    return scaled === 0 ? 0 : scaled / POWERS[shift]
  }
  return Math.round(value / POWERS[-shift]) * POWERS[-shift]
}

/** A JSON array of numbers from `at` on, each with 6 significant digits; what is not finite is null. */
export function numberList(values: ArrayLike<number>, at = 0, count = values.length - at): string {
  let text = '['
  for (let i = 0; i < count; i++) {
    const value = values[at + i]
    if (i > 0) text += ','
    text += Number.isFinite(value) ? sixDigits(value) : 'null'
  }
  return `${text}]`
}
