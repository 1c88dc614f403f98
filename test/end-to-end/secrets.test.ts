import { readdirSync, readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createWorkbench, readRun } from '../helpers/cli.ts'
import { type FakeBehaviour, type RunRequest, reply, runData, startFakeDify, succeed } from './fake-dify.ts'

const bench = createWorkbench()

/** With what looks different in JSON, in HTML and in an address. */
const KEY = 'app-canary/+9"Zq&Xw7'
const html = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '')
const FORMS = [
  KEY,
  JSON.stringify(KEY).slice(1, -1),
  encodeURIComponent(KEY),
  html(KEY),
  base64(KEY),
  base64(`Bearer ${KEY}`),
  // A part is half a secret: it could be left of a text that was cut short.
  'app-canary',
]
const leaks = (text: string) => FORMS.filter((form) => text.includes(form))

/** Gives the key back in every way in which a server could. */
const ECHOES: readonly ((request: RunRequest, response: ServerResponse) => void)[] = [
  succeed,
  (request, response) =>
    succeed(request, response, { outputs: { text: request.authorization, encoded: encodeURIComponent(request.authorization) } }),
  (request, response) => succeed(request, response, { status: 'failed', error: `Bad header ${request.authorization}, ${base64(KEY)}` }),
  ({ authorization }, response) => reply(response, 500, { code: authorization, message: `unknown ${base64(authorization)}`, status: 500 }),
  ({ authorization }, response) => {
    response.writeHead(502, { 'Content-Type': 'text/html', 'X-Seen': authorization })
    response.end(`<html><title>502</title><body><pre>Authorization: ${authorization}</pre><pre>${html(authorization)}</pre></body></html>`)
  },
  ({ authorization }, response) => {
    response
      .writeHead(302, { Location: `http://${encodeURIComponent(authorization)}.example.org/?k=${encodeURIComponent(authorization)}` })
      .end()
  },
  ({ authorization }, response) => {
    // The key lies across the place where details are cut.
    reply(response, 400, { code: 'x', message: `${'y'.repeat(172)} ${authorization}`, status: 400 })
  },
  ({ authorization, n, body }, response) => {
    if (JSON.parse(body).response_mode === 'blocking') return void response.end(`not JSON: ${authorization}`)
    const ids = { workflow_run_id: authorization, task_id: authorization }
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    const tell = (event: string, data: object) => response.write(`data: ${JSON.stringify({ event, ...ids, data })}\n\n`)
    tell('workflow_started', { id: authorization })
    tell('node_started', { id: 'e', node_id: authorization, title: authorization, node_type: authorization })
    tell('text_chunk', { text: authorization, from_variable_selector: [authorization] })
    tell(authorization, { text: authorization })
    tell(
      'workflow_finished',
      runData(authorization, { error: authorization, status: n % 2 ? 'succeeded' : 'failed', outputs: { authorization } }),
    )
    response.end()
  },
  ({ authorization }, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    response.end(`data: ${JSON.stringify({ event: 'error', code: authorization, message: authorization, status: 400 })}\n\n`)
  },
]

const fake = await startFakeDify({ run: (request, response) => ECHOES[request.n % ECHOES.length]!(request, response) })
afterAll(() => fake.close())

const argumentsOfAll = () =>
  readdirSync('/proc').map((pid) => {
    try {
      return /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : ''
    } catch {
      return ''
    }
  })

it('never shows the key: not in a file, not on stdout or stderr, not in a process’s arguments', async () => {
  const scenario = bench.write('echo.yaml', {
    target: { url: fake.url, apiKey: `\${DIFY_API_KEY}`, headers: { 'X-Token': `\${SECOND}` } },
    inputs: [{ values: { text: 'hi' } }],
    load: (['streaming', 'blocking'] as const).map((mode) => ({
      name: mode,
      concurrency: 2,
      runs: 4 * ECHOES.length,
      mode,
      think: '50ms',
    })),
    record: ['outputs'],
  })
  const out = bench.newOut()
  const SECOND = 'second-secret-4711'
  const running = bench.start(['run', scenario, '--out', out], { env: { DIFY_API_KEY: KEY, SECOND } })
  let seen = ''
  const watch = setInterval(() => {
    seen += argumentsOfAll().join('\n')
  }, 150)
  const { code, stdout, stderr } = await running.ended
  clearInterval(watch)
  expect(code, stderr).toBe(10)
  expect(seen).toContain(scenario)
  expect(leaks(seen)).toEqual([])
  expect(leaks(stdout)).toEqual([])
  expect(leaks(stderr)).toEqual([])

  const run = join(out, 'echo', readdirSync(join(out, 'echo'))[0]!)
  for (const name of readdirSync(run)) {
    const text = readFileSync(join(run, name), 'latin1')
    expect(leaks(text), name).toEqual([])
    expect(text.includes(SECOND), name).toBe(false)
  }
  // The server did get both, and what it made of them was kept, masked.
  expect(new Set(fake.runs.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer ${KEY}`]))
  expect(readFileSync(join(run, 'samples.jsonl'), 'utf8')).toContain('***')
  expect(Object.keys(readRun(run).phases['streaming']!.outcomes)).toEqual(
    expect.arrayContaining(['succeeded', 'workflow-failed', 'rejected']),
  )
})

it.each<[string, NonNullable<FakeBehaviour['parameters']>]>([
  ['that it is wrong', (key, response) => reply(response, 401, { code: 'unauthorized', message: `${key} is not known`, status: 401 })],
  // The key lies across the place where the page is cut.
  ['with a page that is none of Dify', (key, response) => response.end(`<p>Welcome to the shop of many things, ${key} is not known</p>`)],
])('says what the pre-flight was told, %s, without the key', async (_, parameters) => {
  const echoing = await startFakeDify({ run: succeed, parameters })
  const { code, stderr, stdout } = await bench.run(['--url', echoing.url, '--inputs', '{}', '--runs', '1', '--concurrency', '1'], {
    env: { DIFY_API_KEY: KEY },
  })
  await echoing.close()
  expect(code).toBe(3)
  expect(stderr).toContain('***')
  expect(leaks(stdout + stderr)).toEqual([])
})

it('does not hand the key to the simulator’s process', async () => {
  const running = bench.start(['run', '--simulator', 'steady', '--concurrency', '1', '--runs', '1', '--out', bench.newOut()], {
    env: { DIFY_API_KEY: KEY },
  })
  await running.says(/objectives/)
  let children: string[] = []
  while (children.length === 0 && running.child.exitCode === null) {
    children = readFileSync(`/proc/${running.pid}/task/${running.pid}/children`, 'utf8').split(' ').filter(Boolean)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  expect(children).toHaveLength(1)
  const environment = readFileSync(`/proc/${children[0]}/environ`, 'utf8')
  expect(leaks(environment)).toEqual([])
  await running.ended
})
