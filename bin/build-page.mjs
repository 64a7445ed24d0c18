import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Browsers of the last years, and no polyfills. */
const OPTIONS = {
  bundle: true,
  minify: true,
  target: ['es2022', 'chrome110', 'firefox110', 'safari16'],
  // What pages share is no part of the program's build, so that they are bundled from the sources.
  alias: { '#shared': join(root, 'shared') },
  legalComments: 'none',
  logLevel: 'warning',
}

/** Bundle the live page into `folder`: page.js, page.css, and what is copied as it is. */
export async function buildPage(folder = join(root, 'dist/services/gateway/page')) {
  const sources = join(root, 'services/gateway/page')
  mkdirSync(folder, { recursive: true })
  await build({
    ...OPTIONS,
    entryPoints: [join(sources, 'page.ts'), join(sources, 'page.css')],
    outdir: folder,
    format: 'esm',
  })
  for (const name of ['index.html', 'icon.svg']) copyFileSync(join(sources, name), join(folder, name))
}

/** Bundle the page of a backtest's report into `folder`: report.html, which holds all but its data. */
export async function buildReportPage(folder = join(root, 'dist/services/backtester/report-page')) {
  const sources = join(root, 'services/backtester/report-page')
  mkdirSync(folder, { recursive: true })
  const { outputFiles } = await build({
    ...OPTIONS,
    entryPoints: [join(sources, 'report.ts'), join(sources, 'report.css')],
    outdir: folder,
    format: 'iife',
    write: false,
  })
  const textOf = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text
  // Inside a script element the only thing that must not stand is its end.
  const script = textOf('.js').replaceAll('</script', '<\\/script')
  const page = readFileSync(join(sources, 'report.html'), 'utf8')
    .replace('/* style */', () => textOf('.css'))
    .replace('/* script */', () => script)
  writeFileSync(join(folder, 'report.html'), page)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildPage()
  await buildReportPage()
}
