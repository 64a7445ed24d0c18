import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FileUnwritableError } from '../errors.js'
import type { ReportData } from './report-data.js'

/** Where `bin/build-page.mjs` puts the page. */
const FOLDER = fileURLToPath(new URL('../report-page/', import.meta.url))

/**
 * Write one page that holds everything: style, script and data. It opens from a disk and asks no network.
 * @throws FileUnwritableError when the file cannot be written, or the page has not been built
 */
export async function writeReport(file: string, data: ReportData, folder = FOLDER): Promise<void> {
  const page = await readFile(join(folder, 'report.html'), 'utf8').catch((cause: Error) => {
    throw new FileUnwritableError('The page of the report is not built: run "npm run build".', { cause })
  })
  // Series may be called anything, also </script>: no < stands in the data.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c')
  await writeFile(
    file,
    page.replace('>"data"<', () => `>${json}<`),
  ).catch((cause: Error) => {
    throw new FileUnwritableError(`The report cannot be written: ${cause.message}`, { cause })
  })
}
