import { ByteWriter } from './byte-writer.js'

const SMALL = 64

/** The bytes of one request, large ones as they are instead of copied: a connection writes them one after the other. */
export class RequestParts {
  readonly parts: Buffer[] = []
  #small = new ByteWriter(SMALL)

  /** Write small fields. */
  get fields(): ByteWriter {
    return this.#small
  }

  /** Bytes that stand between two fields; they must not change until the request is answered. */
  large(bytes: Buffer): this {
    this.#cut()
    this.parts.push(bytes)
    return this
  }

  end(): readonly Buffer[] {
    this.#cut()
    return this.parts
  }

  #cut(): void {
    if (this.#small.length === 0) return
    this.parts.push(this.#small.bytes)
    this.#small = new ByteWriter(SMALL)
  }
}
