/**
 * Weighted sum of Huber losses, e²/2 up to an error of `delta` and linear beyond it [Huber 1964].
 * @param outputs [N]
 * @param targets [N], finite also where the weight is 0
 * @param weights [N]; 0 leaves a target out
 * @param gradient [N], where given, becomes ∂loss/∂outputs
 */
export function huberLoss(
  outputs: Float32Array,
  targets: Float32Array,
  weights: Float32Array,
  delta: number,
  gradient?: Float32Array,
): number {
  let loss = 0
  for (let i = 0; i < outputs.length; i++) {
    const w = weights[i]!
    const e = outputs[i]! - targets[i]!
    const clipped = Math.min(delta, Math.max(-delta, e))
    if (gradient) gradient[i] = w === 0 ? 0 : w * clipped
    if (w !== 0) loss += w * clipped * (e - clipped / 2)
  }
  return loss
}
