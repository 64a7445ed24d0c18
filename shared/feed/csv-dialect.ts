import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'

const candidates = ['\t', ';', '|', ','] as const

/** utf-16le and utf-16be only with a byte order mark. */
export type TextEncoding = 'utf-8' | 'latin1' | 'utf-16le' | 'utf-16be'

/** By byte order mark; else UTF-8 if the whole file is valid UTF-8; else Latin-1 (as Windows has it). */
export async function detectEncoding(path: string): Promise<TextEncoding> {
  const file = await open(path)
  const { buffer: head } = await file.read(Buffer.alloc(2), 0, 2, 0).finally(() => file.close())
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      decoder.decode(chunk as Buffer, { stream: true })
    }
    decoder.decode()
    return 'utf-8'
  } catch (error) {
    if (error instanceof TypeError) return 'latin1'
    throw error
  }
}

/** The file as text, chunk by chunk, without its byte order mark. */
export async function* readText(path: string, encoding: TextEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
    yield decoder.decode(chunk as Buffer, { stream: true })
  }
  yield decoder.decode()
}

/**
 * The delimiter of a CSV file, from its first lines: one that stands equally often in every line outside quotes;
 * comma last, since it may be a decimal comma. Where none does, the commonest.
 */
export function detectDelimiter(text: string): string {
  const lines = text.replace(/"[^"]*"/g, '').split(/\r\n|\n|\r/)
  // The last line of a longer text is cut off somewhere.
  if (lines.length > 1) lines.pop()
  const filled = lines.filter((line) => line.trim() !== '').slice(0, 20)
  let commonest: string = ','
  let most = 0
  for (const candidate of candidates) {
    const counts = filled.map((line) => line.split(candidate).length - 1)
    if (counts[0]! > 0 && counts.every((count) => count === counts[0])) return candidate
    const sum = counts.reduce((a, b) => a + b, 0)
    if (sum > most) [commonest, most] = [candidate, sum]
  }
  return commonest
}
