import type { Header } from '#shared/log/port'
import type { JsonWriter } from './json-writer.js'
import { IsoBytes, type SeriesBytes } from './series-bytes.js'

const utf8 = new TextEncoder()

/** CloudEvents 1.0 attributes in Kafka's binary mode. They depend on the input alone, so that a replay writes the same bytes. */
export class CloudEventHeaders {
  private readonly fixed: readonly Header[]
  private readonly idStart: Uint8Array
  private readonly iso = new IsoBytes()

  /** @param type for example `foretide.forecast.v1` */
  constructor(pipeline: string, partition: number, type: string) {
    this.idStart = utf8.encode(`${pipeline}/${partition}/`)
    this.fixed = [
      ['content-type', utf8.encode('application/json')],
      ['ce_specversion', utf8.encode('1.0')],
      ['ce_type', utf8.encode(type)],
      ['ce_source', utf8.encode(`/foretide/${pipeline}`)],
    ]
  }

  /**
   * @param writer holds nothing; the id is cut from its bytes
   * @param timeMs event time that the record speaks of, or null where there is none
   */
  of(
    writer: JsonWriter,
    { subject, idEnd }: SeriesBytes,
    offset: number,
    timeMs: number | null,
  ): readonly Header[] {
    const [a, b, c, d] = this.fixed as [Header, Header, Header, Header]
    const id: Header = ['ce_id', writer.bytes(this.idStart).whole(offset).bytes(idEnd).take()]
    if (timeMs === null) return [a, b, c, d, id, subject]
    return [a, b, c, d, id, subject, ['ce_time', this.iso.of(timeMs)]]
  }
}
