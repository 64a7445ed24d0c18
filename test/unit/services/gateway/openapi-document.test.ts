import { expect, test } from 'vitest'
import { gateway } from './gateway-setup.js'

test('describes every route, and no other', async () => {
  const { app } = await gateway(['flights'])
  const document = await (await app.request('/openapi.json')).json()
  const described = Object.entries<object>(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const routes = app.routes
    .filter((route) => route.method !== 'ALL')
    .map((route) => `${route.method} ${route.path.replace(/:(\w+)/g, '{$1}')}`)
  expect(described.sort()).toEqual([...new Set(routes)].sort())
})

test('refers only to schemas that it has, made of the contracts', async () => {
  const { app } = await gateway(['flights'])
  const text = await (await app.request('/openapi.json')).text()
  const document = JSON.parse(text)
  expect(document.openapi).toBe('3.1.0')
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    expect(Object.keys(document.components.schemas)).toContain(name)
  }
  const forecast = document.components.schemas.Forecast
  expect(forecast.required).toEqual(expect.arrayContaining(['yhat', 'quantiles', 'targets', 'yhat_lower']))
  expect(forecast.properties.schema.const).toBe('foretide.forecast/1')
})
