import { copyFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const sources = join(root, 'services/gateway/page')

/** Bundle the live page into `folder`: page.js, page.css, and what is copied as it is. */
export async function buildPage(folder = join(root, 'dist/services/gateway/page')) {
  mkdirSync(folder, { recursive: true })
  await build({
    entryPoints: [join(sources, 'page.ts'), join(sources, 'page.css')],
    outdir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    // Browsers of the last years, and no polyfills.
    target: ['es2022', 'chrome110', 'firefox110', 'safari16'],
    legalComments: 'none',
    logLevel: 'warning',
  })
  for (const name of ['index.html', 'icon.svg']) copyFileSync(join(sources, name), join(folder, name))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage(process.argv[2])
