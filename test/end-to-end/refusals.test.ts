import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createServer as createRawServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createWorkbench } from '../helpers/cli.ts'
import { createShelf, listen, reply, startFakeDify, succeed } from './fake-dify.ts'

const bench = createWorkbench()
const kept = createShelf()

const KEY = 'app-wrong-key-7777'
/** A busy machine may make a run invalid, which is not what these tests are about. */
const UNHURRIED = ['--set', 'caveats.generatorLate=1m']
const against = (url: string, env: Readonly<Record<string, string>> = {}) =>
  bench.run(['--url', url, '--inputs', '{"text":"hi"}', '--runs', '3', '--concurrency', '1', ...UNHURRIED], {
    env: { DIFY_API_KEY: KEY, ...env },
  })

/** Ends in 3, says why in a sentence without a stack or the key, and makes no folder. */
async function refused(ending: ReturnType<typeof against>, told: RegExp): Promise<void> {
  const { code, stderr, stdout, out } = await ending
  expect(stderr).toMatch(told)
  expect(code).toBe(3)
  expect(stderr).not.toMatch(/^\s+at |undefined|\[object/m)
  expect(stderr.trimEnd()).toMatch(/\.$/)
  expect(stderr + stdout).not.toContain(KEY)
  expect(stdout).toBe('')
  expect(existsSync(out)).toBe(false)
}

describe.concurrent('a target that cannot be loaded ends in 3, in a sentence and without a folder', () => {
  it('where nobody listens', async () => {
    const gone = await listen(createServer())
    await gone.close()
    await refused(against(gone.url), /cannot be reached \(ECONNREFUSED\)\./)
  })

  it('where the name cannot be found', () => refused(against('http://no-such-host.invalid/v1'), /no-such-host\.invalid cannot be found/))

  it('where the key is wrong', async () => {
    const steady = readFileSync('scenarios/simulator/steady.yaml', 'utf8')
    const profile = bench.write('locked.yaml', `${steady}\napiKey: app-the-right-one\n`)
    const simulator = bench.start(['simulate', profile])
    const url = (await simulator.says(/listening on (\S+)/))[1]!
    await refused(against(url), /refuses the key: .*Access token is invalid.*\n.*app-/)
    const right = await against(url, { DIFY_API_KEY: 'app-the-right-one' })
    expect(right.code, right.stderr).toBe(0)
    simulator.child.kill('SIGTERM')
  })

  it('where https meets a server that speaks none', async () => {
    const plain = kept(await listen(createServer()))
    await refused(against(plain.url.replace('http:', 'https:')), /No secure connection|not HTTP/)
  })

  it('where the certificate is signed by nobody known, unless it is named or not checked', async () => {
    const [key, certificate] = [join(bench.folder, 'key.pem'), join(bench.folder, 'certificate.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost']
    const how = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    execFileSync('openssl', ['req', '-x509', ...how, '-keyout', key, '-out', certificate, ...subject], { stdio: 'ignore' })
    const fake = await startFakeDify({ run: succeed })
    kept(fake)
    const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
      if (request.url?.endsWith('/parameters')) return reply(response, 200, { user_input_form: [] })
      let body = ''
      request.on('data', (part) => {
        body += part
      })
      request.on('end', () => succeed({ n: 0, authorization: '', headers: {}, at: 0, body }, response))
    })
    const url = kept(await listen(server)).url.replace('http:', 'https:')
    await refused(against(url), /No secure connection.*\n.*target\.ca/)

    const scenario = (target: object) => ({ target: { url, apiKey: `\${DIFY_API_KEY}`, ...target }, load: [{ concurrency: 1, runs: 2 }] })
    const trusted = bench.write('trusted.yaml', { ...scenario({ ca: './certificate.pem' }), inputs: [{ values: {} }] })
    const unchecked = bench.write('unchecked.yaml', { ...scenario({ insecure: true }), inputs: [{ values: {} }] })
    for (const file of [trusted, unchecked]) {
      const { code, stderr } = await bench.run([file, ...UNHURRIED], { env: { DIFY_API_KEY: KEY } })
      expect(code, stderr).toBe(0)
    }
    const unsafe = await bench.run([trusted], { env: { DIFY_API_KEY: KEY, NODE_TLS_REJECT_UNAUTHORIZED: '0' } })
    expect(unsafe.code).toBe(2)
    expect(unsafe.stderr).toMatch(/NODE_TLS_REJECT_UNAUTHORIZED=0/)
  })

  it('where http meets a server that speaks TLS', async () => {
    const server = createRawServer((socket) => {
      socket.on('error', () => {}).resume()
      socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 70]))
    })
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
    })
    kept({ close: () => new Promise((resolve) => server.close(() => resolve())) })
    await refused(against(`http://127.0.0.1:${port}/v1`), /not HTTP/)
  })

  it('where something else than Dify answers', async () => {
    const page = (status: number) => async () =>
      kept(
        await listen(
          createServer((_, response) => {
            response.writeHead(status, { 'Content-Type': 'text/html' }).end('<html><body>Welcome to the shop</body></html>')
          }),
        ),
      )
    await refused(against((await page(200)()).url), /is not Dify's API/)
    await refused(against((await page(404)()).url), /is not Dify's API/)
    await refused(against((await page(502)()).url), /refuses the app: .*502/)
  })

  it('where it redirects, and the key goes nowhere else', async () => {
    const elsewhere = kept(await startFakeDify({ run: succeed }))
    const redirecting = kept(
      await listen(
        createServer((_, response) => {
          response.writeHead(302, { Location: `${elsewhere.url}/parameters` }).end()
        }),
      ),
    )
    await refused(against(redirecting.url), /redirects .*\n.*never followed/)
    expect([elsewhere.runs.length, elsewhere.others.length]).toEqual([0, 0])
  })

  it('where the host is not this machine and nobody has agreed', async () => {
    // An address for documentation.
    await refused(
      against('http://192.0.2.1/v1'),
      /192\.0\.2\.1 .*is not this machine, and nobody has agreed.*\n.*FLOWBENCH_ALLOW=192\.0\.2\.1/,
    )
    const check = await bench.flowbench(['check', '--url', 'http://192.0.2.1/v1', '--inputs', '{}'], { env: { DIFY_API_KEY: KEY } })
    expect(check.code).toBe(3)
    expect(check.stderr).toContain('nobody has agreed')
  })

  const outer = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address
  it.skipIf(outer === undefined)('where nobody has agreed, before any connection is made; where somebody has, it is loaded', async () => {
    const fake = kept(await startFakeDify({ run: succeed, host: outer! }))
    await refused(against(fake.url), /nobody has agreed/)
    expect(fake.connections()).toBe(0)
    const agreed = await against(fake.url, { FLOWBENCH_ALLOW: `somewhere.else,${outer}` })
    expect(agreed.code, agreed.stderr).toBe(0)
    expect(fake.runs).toHaveLength(3)
  })
})
