/** Weights that minimise Σ weight (target - w·x)² + ridge |w|², by Gaussian elimination of the normal equations. */
export function solveRidge(
  pairs: readonly { readonly x: number[]; readonly target: number; readonly weight: number }[],
  features: number,
  ridge: number,
): number[] {
  const lines = Array.from({ length: features }, (_, i) =>
    Array.from({ length: features + 1 }, (_, j) => (i === j ? ridge : 0)),
  )
  for (const { x, target, weight } of pairs) {
    for (let i = 0; i < features; i++) {
      for (let j = 0; j < features; j++) lines[i]![j]! += weight * x[i]! * x[j]!
      lines[i]![features]! += weight * x[i]! * target
    }
  }
  for (let pivot = 0; pivot < features; pivot++) {
    for (let i = 0; i < features; i++) {
      if (i === pivot) continue
      const factor = lines[i]![pivot]! / lines[pivot]![pivot]!
      for (let j = pivot; j <= features; j++) lines[i]![j]! -= factor * lines[pivot]![j]!
    }
  }
  return lines.map((line, i) => line[features]! / line[i]!)
}
