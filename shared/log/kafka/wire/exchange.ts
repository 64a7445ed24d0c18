import type { LargeExchange } from '../send-parts.js'
import type { ByteReader } from './byte-reader.js'

/** Which request it is, in the broker's words. */
export interface RequestKind {
  readonly apiKey: number
  readonly apiVersion: number
  readonly apiName: string
}

/**
 * A request in its parts and what becomes of its answer.
 * @param readerOf the answer, past its header
 */
export function exchange<T>(
  kind: RequestKind,
  parts: readonly Buffer[],
  readerOf: (payload: Buffer) => ByteReader,
  decode: (from: ByteReader) => T,
): LargeExchange<T> {
  return {
    parts,
    request: {
      ...kind,
      encode: async () => {
        const whole = Buffer.concat(parts)
        return { buf: whole, buffer: whole }
      },
    },
    response: {
      decode: async (payload) => decode(readerOf(payload)),
      parse: async (decoded) => decoded,
    },
  }
}
