import type { Header } from '#shared/log/port'

const utf8 = new TextEncoder()
/** Names that are kept; a stream of ever new ones must not be. */
const KEPT_MAX = 20_000

/** What every record of a series repeats, as bytes. */
export interface SeriesBytes {
  readonly key: Uint8Array
  /** `"series":…,"pipeline":…` */
  readonly identity: Uint8Array
  readonly subject: Header
  /** The series as the end of a CloudEvents id. */
  readonly idEnd: Uint8Array
}

/** Encodes what records of a series repeat once. */
export class SeriesBytesCache {
  private readonly known = new Map<string, SeriesBytes>()

  constructor(private readonly pipeline: string) {}

  of(series: string): SeriesBytes {
    const known = this.known.get(series)
    if (known) return known
    const key = utf8.encode(series)
    const made: SeriesBytes = {
      key,
      identity: utf8.encode(`"series":${JSON.stringify(series)},"pipeline":${JSON.stringify(this.pipeline)}`),
      subject: ['ce_subject', key],
      idEnd: utf8.encode(`/${encodeURIComponent(series)}`),
    }
    if (this.known.size >= KEPT_MAX) this.known.clear()
    this.known.set(series, made)
    return made
  }
}

/** The ISO form of a time, as bytes. Series move on one grid: the next record has mostly the same time. */
export class IsoBytes {
  private timeMs = Number.NaN
  private iso: Uint8Array = new Uint8Array(0)

  of(timeMs: number): Uint8Array {
    if (timeMs !== this.timeMs) {
      this.iso = utf8.encode(new Date(timeMs).toISOString())
      this.timeMs = timeMs
    }
    return this.iso
  }
}
