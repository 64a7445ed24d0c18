import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { medianOf } from '#shared/scoring/median-of'
import { DatasetMissingError } from './dataset-missing-error.js'
import type { NabProfile, ScoredFile } from './nab-scorer.js'
import { readTarGz } from './read-tar.js'

/** One file of the Numenta Anomaly Benchmark. */
export interface NabFile {
  /** Folder and name, as the labels have it. */
  readonly name: string
  readonly timesMs: readonly number[]
  readonly values: readonly number[]
  /** First and last row of each labelled window. */
  readonly windows: readonly (readonly [number, number])[]
}

/**
 * Read the corpus: its 58 files and their windows, in the order of their names.
 * @param folder holds `data/` and `labels/` of the benchmark
 * @throws DatasetMissingError when it is not there
 */
export async function readNabCorpus(folder: string): Promise<NabFile[]> {
  const labels = await readFile(join(folder, 'labels', 'combined_windows.json'), 'utf8').catch(() => {
    throw new DatasetMissingError('Numenta Anomaly Benchmark', folder)
  })
  const windows = JSON.parse(labels) as Record<string, [string, string][]>
  const files: NabFile[] = []
  for (const name of Object.keys(windows).sort()) {
    const rows = parseRows(await readFile(join(folder, 'data', name), 'utf8'))
    files.push({ name, ...rows, windows: windows[name]!.map((ends) => rowsWithin(rows.timesMs, ends)) })
  }
  return files
}

/** A detector whose scores lie beside the corpus, and what the benchmark published for them. */
export interface NabReference {
  readonly name: string
  readonly files: readonly ScoredFile[]
  readonly published: Readonly<Record<NabProfile['name'], number>>
}

const REFERENCE = 'windowedGaussian'

/** Read the detector's results that come with the corpus: what a scorer is proved against. */
export async function readNabReference(folder: string, corpus: readonly NabFile[]): Promise<NabReference> {
  const read = (name: string) =>
    readFile(join(folder, 'results', name)).catch(() => {
      throw new DatasetMissingError('results of a published detector', join(folder, 'results', name))
    })
  const results = readTarGz(await read(`${REFERENCE}.tar.gz`))
  const final = JSON.parse((await read('final_results.json')).toString()) as PublishedScores
  const published = final[REFERENCE]!
  return {
    name: REFERENCE,
    files: corpus.map(({ name, windows }) => {
      const place = name.replace('/', `/${REFERENCE}_`)
      const text = results.get(`results/${REFERENCE}/${place}`)
      if (text === undefined) throw new DatasetMissingError(`result of ${REFERENCE}`, place)
      return { scores: parseScores(text), windows }
    }),
    published: {
      standard: published.standard,
      lowFalsePositives: published.reward_low_FP_rate,
      lowFalseNegatives: published.reward_low_FN_rate,
    },
  }
}

type PublishedScores = Record<
  string,
  { standard: number; reward_low_FP_rate: number; reward_low_FN_rate: number }
>

function parseScores(text: string): number[] {
  const lines = text.trim().split('\n')
  const column = lines[0]!.trim().split(',').indexOf('anomaly_score')
  return lines.slice(1).map((line) => Number(line.split(',')[column]))
}

/** The spacing that most rows have. */
export function cadenceOf({ timesMs }: Pick<NabFile, 'timesMs'>): number {
  return medianOf(timesMs.slice(1).map((time, i) => time - timesMs[i]!))
}

function parseRows(text: string): { timesMs: number[]; values: number[] } {
  const rows = text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',') as [string, string])
  return { timesMs: rows.map(([time]) => parseTime(time)), values: rows.map(([, value]) => Number(value)) }
}

/** `2014-04-10 07:15:00`, with or without a fraction. The corpus names no zone. */
function parseTime(text: string): number {
  return Date.parse(`${text.trim().slice(0, 19).replace(' ', 'T')}Z`)
}

function rowsWithin(timesMs: readonly number[], [from, to]: readonly [string, string]): [number, number] {
  const [fromMs, toMs] = [parseTime(from), parseTime(to)]
  return [timesMs.findIndex((time) => time >= fromMs), timesMs.findLastIndex((time) => time <= toMs)]
}
