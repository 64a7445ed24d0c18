import { type NetShape, shapeOf } from '../net-shape.js'
import { tensorsOf } from '../tensors.js'
import { assembleNet } from './assemble-net.js'
import { checkShape } from './check-shape.js'
import type { ExchangedNet, WeightsProvenance } from './exchanged-net.js'
import { ArrayShelf, type NamedArray } from './named-arrays.js'

/** Key of the file's metadata under which the manifest lies, as JSON. */
export const MANIFEST_KEY = 'foretide.manifest'

/**
 * Read our own layout: the tensors of `tensorsOf` by their names, and the manifest in the metadata.
 * @throws WeightsRefusedError
 */
export function readForetide(
  arrays: readonly NamedArray[],
  metadata: Readonly<Record<string, string>>,
): ExchangedNet {
  const shelf = new ArrayShelf('Foretide', arrays)
  const manifest = parseManifest(shelf, metadata[MANIFEST_KEY])
  const shape = checkShape(shelf, shapeOf(manifest as unknown as NetShape))
  if (typeof shape.headReadsInput !== 'boolean')
    shelf.refuse('its manifest does not say whether the head reads the input')
  const tensors = new Map(
    tensorsOf(shape).map((place) => [place.name, shelf.take(place.name, ...place.shape)]),
  )
  shelf.end()
  const net = assembleNet(shape, tensors)
  return manifest.version === undefined ? net : { ...net, provenance: readProvenance(shelf, manifest) }
}

function parseManifest(shelf: ArrayShelf, text: string | undefined): Record<string, unknown> {
  if (text === undefined) return shelf.refuse(`its metadata have no ${MANIFEST_KEY}`)
  let manifest: unknown
  try {
    manifest = JSON.parse(text)
  } catch {
    shelf.refuse(`${MANIFEST_KEY} in its metadata is not JSON`)
  }
  if (typeof manifest !== 'object' || manifest === null)
    return shelf.refuse(`${MANIFEST_KEY} is not an object`)
  return manifest as Record<string, unknown>
}

function readProvenance(shelf: ArrayShelf, manifest: Record<string, unknown>): WeightsProvenance {
  const { version, featureLayout, trainedToMs, samples, heldBack } = manifest
  const sound =
    [version, samples].every((count) => Number.isSafeInteger(count) && (count as number) >= 0) &&
    typeof featureLayout === 'string' &&
    (trainedToMs === null || Number.isFinite(trainedToMs)) &&
    (heldBack === null || hasLosses(heldBack))
  if (!sound) shelf.refuse(`${MANIFEST_KEY} does not tell where the weights come from`)
  return { version, featureLayout, trainedToMs, samples, heldBack } as WeightsProvenance
}

function hasLosses(heldBack: unknown): boolean {
  if (typeof heldBack !== 'object' || heldBack === null) return false
  const losses = heldBack as Record<string, unknown>
  return ['loss', 'servingLoss', 'naiveLoss'].every((name) => Number.isFinite(losses[name]))
}

export function writeForetide({ shape, values }: ExchangedNet): NamedArray[] {
  return tensorsOf(shape).map((place) => ({
    name: place.name,
    shape: place.shape,
    values: values.subarray(place.from, place.from + place.length),
  }))
}

/** The manifest as the file's metadata hold it. */
export function manifestText({ shape, provenance }: ExchangedNet): string {
  return JSON.stringify({ ...shapeOf(shape), ...provenance })
}
