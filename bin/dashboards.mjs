// `npm run dashboards`: writes the Grafana dashboards in deploy/grafana/dashboards from their sources.
import './require-node.mjs'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { root } from './setup.mjs'

// Inside the checkout, so that Node finds the packages.
const bundle = join(root, 'dist', 'dashboards.mjs')
await build({
  entryPoints: [join(root, 'deploy/grafana/sources/dashboards.ts')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  outfile: bundle,
  logLevel: 'error',
})
const { dashboardFiles } = await import(pathToFileURL(bundle).href)
for (const { name, text } of dashboardFiles()) {
  writeFileSync(join(root, 'deploy/grafana/dashboards', name), text)
  console.log(`deploy/grafana/dashboards/${name}`)
}
