import type { LargeExchange } from '../send-parts.js'
import { ByteReader, plain } from './byte-reader.js'
import { exchange } from './exchange.js'
import { RequestParts } from './request-parts.js'

export interface ClusterFeatures {
  readonly errorCode: number
  /** Level by name of what the whole cluster has agreed on. */
  readonly levels: ReadonlyMap<string, number>
}

/** Of the answer's tagged fields, the one with the features. */
const FINALIZED = 2

/**
 * ApiVersions (key 18), version 3, for the features that it names beside them. Its answer has the header of the first version,
 * whatever its own. https://kafka.apache.org/protocol#The_Messages_ApiVersions
 */
export function featuresRequest(): LargeExchange<ClusterFeatures> {
  const out = new RequestParts()
  out.fields.noTags().compactString('foretide').compactString('1').noTags()
  return exchange({ apiKey: 18, apiVersion: 3, apiName: 'ApiVersions' }, out.end(), plain, decodeFeatures)
}

function decodeFeatures(from: ByteReader): ClusterFeatures {
  const errorCode = from.int16()
  const levels = new Map<string, number>()
  if (errorCode !== 0) return { errorCode, levels }
  for (let apis = from.uvarint() - 1; apis > 0; apis--) {
    from.raw(3 * 2)
    from.skipTags()
  }
  from.int32()
  for (let tags = from.uvarint(); tags > 0; tags--) {
    const tag = from.uvarint()
    const value = new ByteReader(from.raw(from.uvarint()))
    if (tag !== FINALIZED) continue
    for (let features = value.uvarint() - 1; features > 0; features--) {
      const name = value.compactString() ?? ''
      levels.set(name, value.int16())
      value.int16()
      value.skipTags()
    }
  }
  return { errorCode, levels }
}
