import type { RecurrentEngine } from '#shared/recurrent/engine'
import { hiddenShapeOf, type NetShape } from '#shared/recurrent/net-shape'
import type { Finding } from './finding.js'

const TINY: NetShape = {
  ...{ cell: 'gru', layers: 1, inputs: 1, hidden: 1, outputs: 1, output: 'linear', headReadsInput: false },
}
/** W_xn = 1 and W_oh = 2, b_o = 0.25; everything else 0, so that both gates stand at 1/2. Order of `tensorsOf`. */
const VALUES = [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0.25]
const INPUTS = [1, -1]
/** tanh 1 = 0.7615941560, from tables: h₁ = tanh(1)/2, h₂ = (h₁ − tanh 1)/2, and an output is 2 h + 0.25. */
const EXPECTED = [1.011594156, -0.130797078]
const ERROR_MAX = 1e-5

/**
 * Steps a net of one unit whose outputs were worked out by hand.
 * @param create the serving engine; what it throws is the finding
 */
export function checkKernel(
  create: (sizes: { readonly inputs: number; readonly outputs: number }) => RecurrentEngine,
): Finding {
  const check = 'kernel'
  let outputs: number[]
  try {
    outputs = stepTinyNet(create(TINY))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof Error && error.name === 'CompileError') {
      return {
        ...{ check, status: 'fail', message: `this machine does not run WebAssembly SIMD: ${message}` },
        advice: 'use a Node of 64 bits on a processor with SSE4.1 (x86) or NEON (ARM)',
      }
    }
    return { check, status: 'fail', message, advice: 'npm run build, and look at what it says' }
  }
  const details = { outputs, expected: EXPECTED }
  const error = Math.max(...outputs.map((output, i) => Math.abs(output - EXPECTED[i]!)))
  if (error <= ERROR_MAX) {
    const message = 'WebAssembly SIMD; it steps a small GRU to the values worked out by hand'
    return { check, status: 'ok', message, details }
  }
  return {
    ...{ check, status: 'fail', details },
    message: `computes wrongly: ${outputs.join(', ')} instead of ${EXPECTED.join(', ')}`,
    advice: 'npm run build; if that does not help, report it with the processor and Node version',
  }
}

function stepTinyNet(engine: RecurrentEngine): number[] {
  const provenance = {
    version: 0,
    featureLayout: 'doctor',
    trainedToMs: null,
    samples: 0,
    heldBack: null,
  }
  const weights = engine.load({ manifest: { ...TINY, ...provenance }, values: Float32Array.from(VALUES) })
  const lane = Int32Array.of(engine.allocate(hiddenShapeOf(TINY)))
  const output = new Float32Array(1)
  return INPUTS.map((input) => {
    engine.step(weights, lane, Float32Array.of(input), output, 1)
    return output[0]!
  })
}
