import { WeightsRefusedError } from '../check-weights.js'

/** @param what the net @param owner of the layout @param why it has no place there, as a clause */
export function refuseToWrite(what: string, owner: string, why: string): never {
  throw new WeightsRefusedError(`${what} cannot be written in ${owner}'s layout: ${why}.`)
}
