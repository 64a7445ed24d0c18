import { describe, expect, it } from 'vitest'
import { copyParameters, scaleHead, zeroParameters } from '#shared/learning/parameters'
import { randomWeights } from '../../../reference/gru/random-weights.js'

const shape = { inputs: 3, hidden: 5, leads: 2 }

describe('zeroParameters', () => {
  // By hand: 3·5·3 + 3·5·5 + 15 + 15 + 2·5 + 2·3 + 2 = 168.
  it('holds every parameter once, and its parts are views', () => {
    const parameters = zeroParameters(shape)
    expect(parameters.all.length).toBe(168)
    parameters.leadBias[1] = 7
    expect(parameters.all[167]).toBe(7)
  })
})

describe('scaleHead', () => {
  // Property: multiplying the head's rows multiplies the outputs of the leads, so the inverse brings them back.
  it('scales the rows of each lead and nothing else', () => {
    const weights = randomWeights(shape, 3)
    const scaled = copyParameters(weights, shape)
    scaleHead(scaled, [2, 0.5])
    expect(scaled.hiddenToGates).toEqual(weights.hiddenToGates)
    expect(scaled.inputToLeads[2]).toBe(2 * weights.inputToLeads[2]!)
    expect(scaled.inputToLeads[3]).toBe(0.5 * weights.inputToLeads[3]!)
    expect([...scaled.leadBias]).toEqual([2 * weights.leadBias[0]!, 0.5 * weights.leadBias[1]!])
    scaleHead(scaled, [0.5, 2])
    expect(scaled.hiddenToLeads).toEqual(weights.hiddenToLeads)
  })
})
