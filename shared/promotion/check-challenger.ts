import { checkWeights, WeightsRefusedError } from '#shared/recurrent/check-weights'
import type { RecurrentWeights, WeightsManifest } from '#shared/recurrent/recurrent-weights'

/**
 * Check that a version may be shadowed, and so one day serve: whoever follows the weights topic admits by this, so that
 * forecaster, trainer and command line agree on what is there.
 * @param untrained version 0 of the pipeline: the others must read its features and give its outputs
 * @throws WeightsRefusedError for one of another configuration, one that is not finite, and one that is no better than "no change"
 */
export function checkChallenger(weights: RecurrentWeights, untrained: WeightsManifest): void {
  checkWeights(weights, untrained)
  const { version, heldBack } = weights.manifest
  if (heldBack && !(heldBack.loss < heldBack.naiveLoss)) {
    throw new WeightsRefusedError(
      `Weights version ${version} are refused: their loss on held-back data is ${heldBack.loss}, that of "no change" ${heldBack.naiveLoss}.`,
    )
  }
}
