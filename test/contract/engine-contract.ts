import { describe } from 'vitest'
import { describeEngineAgreement } from './engine/agreement.js'
import { describeKeptStates } from './engine/kept-states.js'
import { describeLoadedWeights } from './engine/loaded-weights.js'
import { describeRowsApart } from './engine/rows-apart.js'
import type { CreateEngine } from './engine/step-rows.js'

/** What every engine behind the port must hold to. */
export function describeEngine(name: string, create: CreateEngine): void {
  describe(name, () => {
    describe('agrees with numbers from outside', () => describeEngineAgreement(create))
    describe('keeps rows apart', () => describeRowsApart(create))
    describe('keeps states', () => describeKeptStates(create))
    describe('holds weights', () => describeLoadedWeights(create))
  })
}
