import { chromium } from 'playwright-core'

const [url, out, width = '1280', theme = 'light', h = '860'] = process.argv.slice(2)
const b = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
const p = await (
  await b.newContext({ viewport: { width: Number(width), height: Number(h) }, colorScheme: theme })
).newPage()
p.on('pageerror', (e) => console.log('ERR', e.message))
p.on('console', (m) => console.log('LOG', m.text()))
await p.goto(url)
await p.waitForTimeout(7000)
await p.screenshot({ path: out })
console.log(await p.locator('#chart').getAttribute('data-decisions'), await p.locator('#drift').textContent())
await b.close()
