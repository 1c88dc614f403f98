import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CheckUp } from '../../src/judge/check-up.ts'
import { createWorkbench, PINNED_NODE, ROOT } from '../helpers/cli.ts'
import { faultServer, head } from '../helpers/fault-server.ts'
import { createShelf, listen, reply, startFakeDify, succeed } from './fake-dify.ts'

const bench = createWorkbench()
const kept = createShelf()

const KEY = 'app-secret-of-a-test-99'
const env = { DIFY_API_KEY: KEY }
/** What was found, without what this machine happens to be like at the moment. */
async function ask(args: readonly string[], options: Parameters<typeof bench.flowbench>[1] = { env }) {
  const { code, stdout, stderr } = await bench.flowbench(['doctor', '--json', ...args], options)
  expect(stderr).toBe('')
  expect(stdout).not.toContain(KEY)
  const found = JSON.parse(stdout) as CheckUp
  expect(found.exitCode).toBe(code)
  const named = (name: string) => found.checks.find((check) => check.name === name)
  return { code, found, named, bad: found.checks.filter(({ state }) => state === 'bad').map(({ name }) => name) }
}

describe.concurrent('the doctor', () => {
  it('looks at the machine alone where nothing is named, in text with a sign for each check', async () => {
    const { code, stdout } = await bench.flowbench(['doctor'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Machine\n {2}[✓!] Node /)
    expect(stdout).not.toMatch(/Scenario|Target/)
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/checks/)
  })

  it('is ASCII where the locale knows no more', async () => {
    const { stdout } = await bench.flowbench(['doctor'], { env: { LANG: 'C' } })
    expect(stdout).toMatch(/^[\n -~]*$/)
  })

  it('finds nothing bad in a shipped scenario, and leaves nothing behind', async () => {
    const out = bench.newOut()
    const { code, named, bad } = await ask(['scenarios/quickstart.yaml', '--out', out])
    expect([code, bad]).toEqual([0, []])
    expect(['file', 'user', 'simulator', 'address', 'consent', 'answer', 'app', 'inputs'].map((name) => named(name)?.state)).toEqual(
      Array.from({ length: 8 }, () => 'good'),
    )
    expect(existsSync(out)).toBe(false)
  })

  it('sends one request, with the key, and no run', async () => {
    const fake = kept(await startFakeDify({ run: succeed }))
    const { code } = await ask(['--url', fake.url])
    expect([code, fake.others, fake.runs]).toEqual([0, ['GET /v1/parameters'], []])
  })

  it('tells of a proxy before Dify, and of inputs that nobody gave', async () => {
    const server = createServer((_, response) => {
      response.setHeader('Server', 'nginx/1.27')
      response.setHeader('X-Version', '1.14.2')
      reply(response, 200, {
        user_input_form: [{ 'text-input': { variable: 'q', label: 'q', required: true } }, { file: { variable: 'doc' } }],
      })
    })
    const { url } = kept(await listen(server))
    const { code, named } = await ask(['--url', url])
    expect(code).toBe(0)
    expect(named('connections')?.says).toMatch(/proxy stands before Dify \(server: nginx\/1\.27\)/)
    expect(named('version')?.says).toBe('Dify 1.14.2')
    expect(named('inputs')).toMatchObject({ state: 'doubtful', fix: expect.stringContaining('flowbench init') })
    expect(named('files')?.says).toContain('doc')
    const given = await ask(['--url', url, '--inputs', '{}'])
    expect([given.code, given.bad]).toEqual([3, ['inputs']])
  })

  it('says of a wrong key what the server said, and never the key', async () => {
    const refuse = (_: string, response: Parameters<typeof reply>[0]) =>
      reply(response, 401, { code: 'unauthorized', message: `Access token is invalid: ${KEY}`, status: 401 })
    const fake = kept(await startFakeDify({ run: succeed, parameters: refuse }))
    const { code, named } = await ask(['--url', fake.url])
    expect(code).toBe(3)
    expect(named('answer')).toMatchObject({
      state: 'bad',
      says: expect.stringMatching(/refuses the key.*\*\*\*/),
      fix: expect.stringContaining('app-'),
    })
  })

  it.each([
    ['hangs up', [{ do: 'request' }, { do: 'rst' }], /hung up/],
    [
      'redirects',
      [{ do: 'request' }, head(302, { Location: 'https://elsewhere.example/', 'Content-Length': '0' }), { do: 'fin' }],
      /redirects .*elsewhere/,
    ],
    ['speaks something else', [{ do: 'request' }, { do: 'raw', bytes: 'SSH-2.0\r\n' }, { do: 'fin' }], /not HTTP/],
  ] as const)('finds a server that %s', async (_, script, says) => {
    const server = kept(await faultServer(script))
    const { code, named } = await ask(['--url', server.baseUrl])
    expect(code).toBe(3)
    expect(named('answer')).toMatchObject({ state: 'bad', says: expect.stringMatching(says) })
  })

  it('stops before a host that nobody has agreed to: no connection is made', async () => {
    const { code, named } = await ask(['--url', 'http://192.0.2.1/v1'])
    expect(code).toBe(3)
    expect(named('consent')).toMatchObject({ state: 'bad', fix: expect.stringContaining('FLOWBENCH_ALLOW=192.0.2.1') })
    expect(named('answer')).toBeUndefined()
  })

  it('tells all that is wrong with a scenario, and looks at the machine all the same', async () => {
    const scenario = bench.write('wrong.yaml', 'target: { simulator: lm }\nload: [{ rate: 10, for: 2m }]\n')
    const { code, found, named } = await ask([scenario])
    expect(code).toBe(2)
    expect(named('file')?.says).toMatch(/lm[\s\S]*Write a rate/)
    expect(found.checks.some(({ about }) => about === 'machine')).toBe(true)
    expect(found.checks.some(({ about }) => about === 'target')).toBe(false)
    const part = await ask(['--rate', '5/s'])
    expect([part.code, part.named('file')?.says]).toEqual([2, expect.stringContaining('nothing to run')])
  })

  it('finds a key that is not set', async () => {
    const { code, named } = await ask(['--url', 'http://127.0.0.1:9/v1'], {})
    expect(code).toBe(2)
    expect(named('file')?.says).toContain('DIFY_API_KEY')
  })

  it('tells of proxy variables by name', async () => {
    const { named } = await ask(['--simulator', 'steady'], { env: { HTTPS_PROXY: 'http://me:hunter2hunter2@proxy' } })
    expect(named('proxy settings')).toMatchObject({ state: 'doubtful', says: expect.stringContaining('HTTPS_PROXY') })
    expect(JSON.stringify(named('proxy settings'))).not.toContain('hunter2')
  })

  it('ends in 4 on a machine that cannot hold the slots, or cannot write', async () => {
    const command = ['/bin/sh', '-c', 'ulimit -n 90; exec "$0" "$@"', PINNED_NODE, join(ROOT, 'src', 'main.ts')]
    const slots = ['--simulator', 'steady', '--concurrency', '40', '--runs', '40']
    const tight = await ask(slots, { command })
    expect([tight.code, tight.bad]).toEqual([4, ['open files']])
    const nowhere = await ask(['--out', join(bench.write('a-file', 'x'), 'reports')])
    expect([nowhere.code, nowhere.bad]).toEqual([4, ['output']])
    expect(readFileSync(join(bench.folder, 'a-file'), 'utf8')).toBe('x')
  })
})
