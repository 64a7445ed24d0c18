import type { NetShape } from '../net-shape.js'
import { parameterCount, tensorsOf } from '../tensors.js'
import type { ExchangedNet } from './exchanged-net.js'

/** @param tensors by the names of `tensorsOf`; a bias that a framework does not have is left out and zero */
export function assembleNet(shape: NetShape, tensors: ReadonlyMap<string, ArrayLike<number>>): ExchangedNet {
  const values = new Float32Array(parameterCount(shape))
  for (const { name, from, length } of tensorsOf(shape)) {
    const tensor = tensors.get(name)
    if (tensor === undefined) continue
    if (tensor.length !== length) throw new RangeError(`${name} has ${tensor.length} values, not ${length}`)
    values.set(tensor, from)
  }
  return { shape, values }
}
