import { type FileHandle, open } from 'node:fs/promises'
import { TEXT_COLUMNS, TIME_COLUMNS, WHOLE_COLUMNS } from './origin-rows.js'
import type { OriginsSink } from './origins-sink.js'

/** Text that gathers in memory before it is written. */
const CHARACTERS_MAX = 1_000_000

/**
 * CSV with a header, times as ISO 8601 in UTC, outcomes as they came and forecasts to seven digits.
 * @param numberColumns names of a row's numbers
 */
export async function csvSink(file: string, numberColumns: readonly string[]): Promise<OriginsSink> {
  const handle: FileHandle = await open(file, 'w')
  let text = `${[...TEXT_COLUMNS, ...TIME_COLUMNS, ...WHOLE_COLUMNS, ...numberColumns].join(',')}\n`
  const write = async () => {
    const gathered = text
    text = ''
    // All of it, where `write` may take a part and say so.
    await handle.writeFile(gathered)
  }
  return {
    add: ({ texts, times, wholes, numbers }) => {
      const dates = times.map((time) => new Date(time).toISOString())
      const [actual, ...forecasts] = numbers
      const cells = [...texts.map(quoted), ...dates, ...wholes, actual, ...forecasts.map(shortened)]
      text += `${cells.join(',')}\n`
    },
    settle: async () => {
      if (text.length >= CHARACTERS_MAX) await write()
    },
    close: async () => {
      await write()
      await handle.close()
    },
  }
}

/** Forecasts to seven digits: CSV has no compression, and sixteen would treble the file. Nothing where none was made. */
function shortened(forecast: number): number | string {
  return Number.isNaN(forecast) ? '' : Number(forecast.toPrecision(7))
}

/** As RFC 4180 has it. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
