import type { LookupOptions } from 'node:dns'
import { lookup } from 'node:dns'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { TargetError } from '../../src/core/errors.ts'
import { type Consent, guardHost, type Host, isLoopback, isSharedCloud, loopbackOnly, resolveHost } from '../../src/run/guard.ts'

/** Names of this test's own world; nobody outside is asked. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1', '::1'],
  'dify.localhost': ['127.0.0.1'],
  'split.example': ['127.0.0.1', '192.0.2.7'],
  'six.example': ['2001:db8::1'],
  'dify.example': ['192.0.2.7'],
  'localhost.example': ['192.0.2.7'],
  '127.0.0.1.example': ['192.0.2.7'],
  'dify-api': ['172.18.0.5'],
  'api.dify.ai': ['203.0.113.9'],
}
vi.mock('node:dns', () => ({ lookup: vi.fn() }))
beforeEach(() => {
  vi.mocked(lookup).mockImplementation(((name: string, _: LookupOptions, done: (error: unknown, found: unknown) => void) => {
    const found = NAMES[name]?.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    done(found ? null : Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), found ?? [])
  }) as never)
})

describe('which addresses are this machine', () => {
  it.each([
    ['http://127.0.0.1/v1', true],
    ['http://127.0.0.1:5001/v1', true],
    ['http://127.1.2.3/v1', true],
    ['http://127.255.255.254/v1', true],
    ['http://127.1/v1', true],
    ['http://2130706433/v1', true],
    ['http://0x7f000001/v1', true],
    ['http://0177.0.0.1/v1', true],
    ['http://[::1]/v1', true],
    ['http://[0:0:0:0:0:0:0:1]:5001/v1', true],
    ['http://[::ffff:127.0.0.1]/v1', true],
    ['https://localhost/v1', true],
    ['http://LOCALHOST:5001/v1', true],
    ['http://localhost./v1', true],
    ['http://dify.localhost/v1', true],
    ['http://128.0.0.1/v1', false],
    ['http://126.255.255.255/v1', false],
    ['http://0.0.0.0/v1', false],
    ['http://10.0.0.1/v1', false],
    ['http://169.254.169.254/v1', false],
    ['http://192.168.1.10:5001/v1', false],
    ['http://192.0.2.7/v1', false],
    ['http://[::]/v1', false],
    ['http://[::2]/v1', false],
    ['http://[fe80::1]/v1', false],
    ['http://[::ffff:10.0.0.1]/v1', false],
    ['http://split.example/v1', false],
    ['http://six.example/v1', false],
    ['http://localhost.example/v1', false],
    ['http://127.0.0.1.example/v1', false],
    ['http://dify-api:5001/v1', false],
    ['https://api.dify.ai/v1', false],
  ])('%s: %s', async (url, loopback) => {
    expect((await resolveHost(new URL(url))).loopback).toBe(loopback)
  })

  it('a name that resolves to nothing is refused in a sentence', async () => {
    await expect(resolveHost(new URL('http://no-such.example/v1'))).rejects.toThrow(
      /^The host no-such\.example cannot be found \(ENOTFOUND\)\.$/,
    )
  })

  it('what is no address is not loopback', () => {
    expect(['', 'localhost', '127.0.0.1x', '::ffff:999.0.0.1'].map(isLoopback)).toEqual([false, false, false, false])
  })
})

const away: Host = { name: 'dify.example', addresses: ['192.0.2.7'], loopback: false }
const cloud: Host = { name: 'api.dify.ai', addresses: ['203.0.113.9'], loopback: false }
const consent: Consent = { allowed: [], sharedCloudAllowed: false, peak: { perSecond: 1, inFlight: 1 } }

describe('whether a host may be loaded', () => {
  it('this machine may be, and nobody is asked', async () => {
    const ask = vi.fn()
    await guardHost({ ...away, loopback: true }, { ...consent, ask })
    expect(ask).not.toHaveBeenCalled()
  })

  it('another may not where nobody has agreed', async () => {
    await expect(guardHost(away, consent)).rejects.toThrow(/dify\.example \(192\.0\.2\.7\) is not this machine, and nobody has agreed/)
  })

  it('agreement goes by the whole name, however it is written', async () => {
    for (const name of ['dify.example', ' Dify.Example ']) await guardHost(away, { ...consent, allowed: ['', name] })
    for (const name of ['', 'example', '*.example', 'dify.example.org', '192.0.2.7'])
      await expect(guardHost(away, { ...consent, allowed: [name] })).rejects.toThrow(TargetError)
  })

  it('a person’s yes counts, and their no', async () => {
    await guardHost(away, { ...consent, ask: async () => true })
    await expect(guardHost(away, { ...consent, ask: async () => false })).rejects.toThrow(TargetError)
  })

  it.each([
    [2, 5, true],
    [2.1, 1, false],
    [0, 6, false],
  ])('a shared cloud at %d/s and %d in flight: %s', async (perSecond, inFlight, may) => {
    const asked = guardHost(cloud, { ...consent, allowed: ['api.dify.ai'], peak: { perSecond, inFlight } })
    if (may) await asked
    else await expect(asked).rejects.toThrow(/shared by many people: more than 2 runs a second or 5 in flight/)
    // Another host of the same load is its owner's business, and so is the cloud once its operator has agreed.
    await guardHost(away, { ...consent, allowed: ['dify.example'], peak: { perSecond, inFlight } })
    await guardHost(cloud, { ...consent, allowed: ['api.dify.ai'], sharedCloudAllowed: true, peak: { perSecond, inFlight } })
  })

  it('a shared cloud within its limits wants consent all the same', async () => {
    await expect(guardHost(cloud, consent)).rejects.toThrow(/nobody has agreed/)
    await expect(guardHost(cloud, { ...consent, sharedCloudAllowed: true })).rejects.toThrow(/nobody has agreed/)
  })

  it('knows shared clouds by name', () => {
    expect(['api.dify.ai', 'cloud.dify.ai', 'dify.example', 'my-api.dify.ai'].map(isSharedCloud)).toEqual([true, true, false, false])
  })
})

describe('a loopback name that is moved during a run', () => {
  const looked = (name: string, options: LookupOptions) =>
    new Promise((resolve) => loopbackOnly(name, options, (error, address, family) => resolve(error ? error.message : [address, family])))

  it('connects where it stays on this machine', async () => {
    expect(await looked('dify.localhost', {})).toEqual(['127.0.0.1', 4])
    expect(await looked('localhost', { all: true })).toEqual([
      [
        { address: '127.0.0.1', family: 4 },
        { address: '::1', family: 6 },
      ],
      undefined,
    ])
  })

  it('is refused where any of its addresses is elsewhere', async () => {
    expect(await looked('split.example', {})).toBe('split.example now resolves to 192.0.2.7, off this machine')
    expect(await looked('dify.example', { all: true })).toContain('off this machine')
    expect(await looked('no-such.example', {})).toBe('not found')
  })
})
