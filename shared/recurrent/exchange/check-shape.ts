import { shapeFault } from '../check-weights.js'
import type { NetShape } from '../net-shape.js'
import type { ArrayShelf } from './named-arrays.js'

/** @throws WeightsRefusedError when no net has this architecture */
export function checkShape(shelf: ArrayShelf, shape: NetShape): NetShape {
  const fault = shapeFault(shape)
  return fault === null ? shape : shelf.refuse(fault)
}
