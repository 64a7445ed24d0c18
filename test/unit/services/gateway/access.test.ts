import { expect, test } from 'vitest'
import { isLoopback } from '#services/gateway/access'
import { gateway } from './gateway-setup.js'

test('knows addresses of this machine alone', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '::1']) expect(isLoopback(host)).toBe(true)
  for (const host of ['0.0.0.0', '::', '192.168.1.2', 'example.org', '127.0.0.1.example.org', '']) {
    expect(isLoopback(host)).toBe(false)
  }
})

test('asks for the token wherever there is data, and nowhere else', async () => {
  const { app } = await gateway(['flights'], { token: 'secret' })
  for (const path of ['/v1/series', '/v1/status', '/v1/forecasts', '/metrics', '/openapi.json']) {
    expect((await app.request(path)).status).toBe(401)
    for (const authorization of [
      'Bearer wrong',
      'Bearer',
      'Basic secret',
      'Bearer secretx',
      'Bearer secre',
    ]) {
      expect((await app.request(path, { headers: { authorization } })).status).toBe(401)
    }
  }
  const post = await app.request('/v1/events', { method: 'POST', body: '{}' })
  expect([post.status, post.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="foretide"'])
  const headers = { authorization: 'Bearer secret' }
  expect((await app.request('/v1/series', { headers })).status).toBe(200)
  expect((await app.request('/livez')).status).toBe(200)
})

test('without a token, refuses names that are not loopback and pages of other sites', async () => {
  const { app } = await gateway(['flights'])
  expect((await app.request('http://evil.example/v1/series')).status).toBe(403)
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'null' },
  ]
  for (const headers of foreign) {
    const answer = await app.request('http://127.0.0.1:8080/v1/events', {
      method: 'POST',
      body: '{}',
      headers,
    })
    expect(answer.status).toBe(403)
  }
  const own = { origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin' }
  expect((await app.request('http://127.0.0.1:8080/v1/series', { headers: own })).status).toBe(200)
})
