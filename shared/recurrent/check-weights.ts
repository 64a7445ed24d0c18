import { ForetideError } from '#shared/errors/foretide-error'
import { CELLS, LAYERS_MAX, type NetShape } from './net-shape.js'
import type { RecurrentWeights, WeightsManifest } from './recurrent-weights.js'
import { parameterCount, tensorsOf } from './tensors.js'

/** Weights that cannot be used; the ones in use stay. */
export class WeightsRefusedError extends ForetideError {
  readonly code = 'weights-refused'

  /** What is wrong, without whose weights they are. */
  get fault(): string {
    const [, fault = this.message] = / are refused: (.*)\.$/s.exec(this.message) ?? []
    return fault
  }
}

/** What an engine or a pipeline expects; what is left out is not checked. */
export type ExpectedWeights = Partial<
  Pick<WeightsManifest, 'inputs' | 'outputs' | 'output' | 'featureLayout'>
>

/** Units, inputs or outputs beyond which a manifest is taken for damaged. */
const SIZE_MAX = 65_536

/**
 * Check that the manifest describes a net, the expected one, and that there is a finite value for each of its parameters.
 * @param called what they are, at the beginning of a sentence
 * @throws WeightsRefusedError that names the first fault
 */
export function checkWeights(
  weights: RecurrentWeights,
  expected: ExpectedWeights = {},
  called = `Weights version ${weights.manifest.version}`,
): void {
  const { manifest, values } = weights
  const refuse = (fault: string): never => {
    throw new WeightsRefusedError(`${called} are refused: ${fault}.`)
  }
  const fault = shapeFault(manifest)
  if (fault !== null) refuse(fault)
  for (const size of ['inputs', 'outputs'] as const) {
    const wanted = expected[size]
    if (wanted !== undefined && manifest[size] !== wanted) {
      refuse(`they have ${manifest[size]} ${size}, ${wanted} are needed`)
    }
  }
  if (expected.output !== undefined && manifest.output !== expected.output) {
    refuse(`their output is ${manifest.output}, ${expected.output} is needed`)
  }
  if (expected.featureLayout !== undefined && manifest.featureLayout !== expected.featureLayout) {
    refuse(
      `they were trained on other features: ${layoutFault(manifest.featureLayout, expected.featureLayout)}`,
    )
  }
  const parameters = parameterCount(manifest)
  if (values.length !== parameters) {
    refuse(`they have ${values.length} values, a net of this shape has ${parameters}`)
  }
  const spoiled = values.findIndex((value) => !Number.isFinite(value))
  if (spoiled >= 0) {
    const { name, from } = tensorsOf(manifest).findLast((tensor) => tensor.from <= spoiled)!
    refuse(`${name} holds ${values[spoiled]} at ${spoiled - from}`)
  }
}

/** Where two layouts, of hundreds of letters each, first differ. */
function layoutFault(theirs: string, fed: string): string {
  const [a, b] = [theirs.split(' '), fed.split(' ')]
  const at = a.findIndex((word, i) => word !== b[i])
  if (at < 0) return `theirs end before "${b[a.length]}"`
  return b[at] === undefined ? `"${a[at]}" is not fed` : `"${a[at]}" where "${b[at]}" is fed`
}

/** What is wrong with an architecture, as a clause, or null. */
export function shapeFault(shape: NetShape): string | null {
  if (!CELLS.includes(shape.cell)) return `the cell is ${String(shape.cell)}, known are ${CELLS.join(', ')}`
  if (!isSize(shape.layers, LAYERS_MAX)) return `layers is ${shape.layers}, it must be 1 to ${LAYERS_MAX}`
  for (const size of ['inputs', 'hidden', 'outputs'] as const) {
    if (!isSize(shape[size], SIZE_MAX)) return `${size} is ${shape[size]}, it must be a whole number from 1`
  }
  if (shape.output !== 'linear' && shape.output !== 'log-softmax') {
    return `the output is ${String(shape.output)}, known are linear and log-softmax`
  }
  return null
}

function isSize(size: number, max: number): boolean {
  return Number.isSafeInteger(size) && size >= 1 && size <= max
}
