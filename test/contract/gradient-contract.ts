import { beforeAll, describe } from 'vitest'
import type { GradientEngine } from '#shared/recurrent/gradient-engine'
import { describeAgreement } from './gradient/agreement.js'
import { describeCarriedState } from './gradient/carried-state.js'
import { describePortRules } from './gradient/port-rules.js'
import { describeRepeatability } from './gradient/repeatability.js'
import { describeRows } from './gradient/rows.js'

export interface GradientContractOptions {
  /** What an engine keeps while it lives, such as its number of tensors: flat over calls. */
  readonly countKept?: () => number
  /** Nets drawn at random, 60 where left out. */
  readonly runs?: number
}

/** What every gradient engine behind the port must hold to. */
export function describeGradientEngine(
  name: string,
  create: () => GradientEngine | Promise<GradientEngine>,
  { countKept = () => 0, runs = 60 }: GradientContractOptions = {},
): void {
  describe(name, () => {
    let created: GradientEngine
    const engine = () => created
    beforeAll(async () => {
      created = await create()
    })
    describe('agrees with numbers from outside', () => describeAgreement(engine, runs))
    describe('carries state across chunks', () => describeCarriedState(engine))
    describe('keeps rows apart', () => describeRows(engine))
    describe('gives the same for the same', () => describeRepeatability(engine))
    describe('keeps to the port', () => describePortRules(engine, countKept))
  })
}
