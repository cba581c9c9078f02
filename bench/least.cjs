/** The least that a gate could be: one POST, one output. No checks, no limits, no proxies, no mask, no messages. */
const https = require('node:https')
const http = require('node:http')
const { appendFileSync } = require('node:fs')

const { BENCH_URL, GITHUB_OUTPUT, NOLAPSE_TOKEN } = process.env
const { request } = BENCH_URL.startsWith('https:') ? https : http
const headers = { 'content-type': 'application/json' }

request(`${BENCH_URL}/v1/auth/validate`, { method: 'POST', headers }, answer => {
  let body = ''
  answer.on('data', chunk => {
    body += chunk
  })
  answer.on('end', () => appendFileSync(GITHUB_OUTPUT, `valid=${JSON.parse(body).valid}\n`))
}).end(JSON.stringify({ token: NOLAPSE_TOKEN }))
