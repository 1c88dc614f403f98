import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer as createPlainServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCertificate } from '../../src/http/certificate.ts'

const folder = mkdtempSync(join(tmpdir(), 'flowbench-certificate-'))
const servers: Server[] = []
const origins = { own: '', plain: '' }
let requested = 0

/** A certificate of its own authority for 127.0.0.1. */
function make(name: string, validity: readonly string[]) {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)]
  const how = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert]
  const whom = ['-subj', '/CN=dify of a test', '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', ...how, ...whom, ...validity], { stdio: 'ignore' })
  return { key: readFileSync(key), cert: readFileSync(cert, 'utf8') }
}

const listening = async (server: Server, scheme: string) => {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
}

let ca = ''
beforeAll(async () => {
  const own = make('own', ['-days', '30'])
  ca = own.cert
  const server = createServer(own, (socket) => {
    socket.on('data', () => requested++)
    socket.on('error', () => {})
  })
  origins.own = await listening(server, 'https')
  origins.plain = await listening(
    createPlainServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    }),
    'https',
  )
})
afterAll(async () => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  rmSync(folder, { recursive: true, force: true })
})

describe('the certificate of a server', () => {
  test('is read without a request, where its authority is known', async () => {
    const read = await readCertificate({ origin: origins.own, ca })
    expect(read).toMatchObject({ trusted: true, protocol: 'TLSv1.3', chain: ['dify of a test'] })
    const days = read.trusted ? (read.validTo.getTime() - Date.now()) / 86_400_000 : Number.NaN
    expect(days).toBeGreaterThan(28)
    expect(days).toBeLessThanOrEqual(30)
    expect(requested).toBe(0)
  })

  test('of an unknown authority is not trusted, with the way out; and read all the same where nobody checks', async () => {
    expect(await readCertificate({ origin: origins.own })).toMatchObject({
      trusted: false,
      why: expect.stringMatching(/SELF_SIGNED.*target\.ca/),
    })
    expect(await readCertificate({ origin: origins.own, insecure: true })).toMatchObject({ trusted: true })
  })

  test('is missing where the server speaks no TLS, or nobody listens', async () => {
    expect(await readCertificate({ origin: origins.plain })).toMatchObject({ trusted: false })
    expect(await readCertificate({ origin: 'https://127.0.0.1:1' })).toMatchObject({
      trusted: false,
      why: expect.stringContaining('ECONNREFUSED'),
    })
  })
})
