import { Adam } from '#shared/learning/adam'

/** Every move of the weights ends in NaN in the thread that imports this; what else it computes, contests among it, stays right. */
Adam.prototype.step = (values) => {
  values.fill(Number.NaN)
}
