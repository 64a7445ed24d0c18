// `npm run dashboards`: writes the Grafana dashboards in deploy/grafana/dashboards from their sources.
import './require-node.mjs'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { runChild } from './run-child.mjs'
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
const folder = join(root, 'deploy/grafana/dashboards')
const { dashboardFiles } = await import(pathToFileURL(bundle).href)
for (const { name, text } of dashboardFiles()) {
  writeFileSync(join(folder, name), text)
  console.log(`deploy/grafana/dashboards/${name}`)
}
const formatter = join(root, 'node_modules/@biomejs/biome/bin/biome')
await runChild(process.execPath, [formatter, 'format', '--write', folder], { cwd: root, stdio: 'ignore' })
