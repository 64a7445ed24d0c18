/**
 * Weighted sum of pinball losses, averaged over the levels [Koenker and Bassett 1978].
 * @param outputs [N, Q, H]
 * @param targets [N, H], finite also where the weight is 0
 * @param weights [N, H]; 0 leaves a target out
 * @param levels [Q]
 * @param gradient [N, Q, H], becomes ∂loss/∂outputs
 */
export function pinballLoss(
  outputs: Float32Array,
  targets: Float32Array,
  weights: Float32Array,
  levels: readonly number[],
  leads: number,
  gradient: Float32Array,
): number {
  let loss = 0
  const rows = targets.length / leads
  const share = 1 / levels.length
  for (let row = 0; row < rows; row++) {
    for (const [q, level] of levels.entries()) {
      const at = (row * levels.length + q) * leads
      for (let h = 0; h < leads; h++) {
        const weight = share * weights[row * leads + h]!
        const error = targets[row * leads + h]! - outputs[at + h]!
        const slope = error >= 0 ? level : level - 1
        loss += weight * slope * error
        gradient[at + h] = -weight * slope
      }
    }
  }
  return loss
}
