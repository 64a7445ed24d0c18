/**
 * Probability that Student's t lies within ±|t|, in closed form for whole degrees of freedom
 * [Abramowitz and Stegun 1964, 26.7.3 and 26.7.4].
 * @param degrees ν ≥ 1
 */
export function studentWithin(t: number, degrees: number): number {
  const angle = Math.atan(Math.abs(t) / Math.sqrt(degrees))
  const cosine = Math.cos(angle)
  const odd = degrees % 2 === 1
  let term = odd ? cosine : 1
  let sum = degrees === 1 ? 0 : term
  for (let k = odd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= ((k - 1) / k) * cosine * cosine
    sum += term
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum
}

/** The t that Student's t lies within with this probability, 0 ≤ probability < 1. */
export function studentQuantile(within: number, degrees: number): number {
  let low = 0
  let high = 1
  while (studentWithin(high, degrees) < within) high *= 2
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2
    if (studentWithin(middle, degrees) < within) low = middle
    else high = middle
  }
  return (low + high) / 2
}
