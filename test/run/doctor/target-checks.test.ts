import { describe, expect, test } from 'vitest'
import { TargetError, UsageError } from '../../../src/core/errors.ts'
import { brokenScenario, scenarioChecks } from '../../../src/run/doctor/scenario-checks.ts'
import { addressCheck, appChecks, certificateCheck, failed, greetingChecks, proxyCheck } from '../../../src/run/doctor/target-checks.ts'
import type { Greeting } from '../../../src/run/preflight.ts'
import { planOf } from '../../helpers/samples.ts'

const NGINX: Greeting = { proxied: true, proxy: 'server: nginx/1.27', version: '1.14.2', chat: false, variables: [], files: { sizes: {} } }
const { proxy: _, ...BARE } = { ...NGINX, proxied: false }
const plan = (target: object = {}) => planOf({ target: { ...planOf().target, ...target } })
const named = (checks: readonly { name: string }[], name: string) => checks.find((check) => check.name === name)
const variable = (name: string, over: object = {}) =>
  ({ variable: name, label: name, kind: 'paragraph', required: false, options: [], ...over }) as const

describe('what stands before Dify', () => {
  test.each([
    ['a proxy', NGINX, {}, 'good', /a proxy stands before Dify \(server: nginx\/1\.27\): connections are kept/],
    ['a proxy, with a connection for each run by wish', NGINX, { connections: 'fresh' }, 'good', /as the scenario says/],
    ['nothing', BARE, {}, 'good', /a bare Dify.*a connection of its own/],
    ['nothing, with kept connections by wish', BARE, { connections: 'reuse' }, 'doubtful', /few slots/],
  ] as const)('%s', (_name, greeting, target, state, says) => {
    expect(named(greetingChecks(greeting, plan(target), 12_000), 'connections')).toMatchObject({ state, says: expect.stringMatching(says) })
  })
})

test('a server without a version is doubted, and a published version is named as what only a run can tell', () => {
  const { version: __, ...silent } = BARE
  expect(named(greetingChecks(silent, plan(), 1), 'version')).toMatchObject({ state: 'doubtful' })
  expect(named(greetingChecks(BARE, plan(), 1), 'version')).toMatchObject({ state: 'good', says: 'Dify 1.14.2' })
  expect(named(greetingChecks(BARE, plan({ workflowId: 'id' }), 1), 'published')).toMatchObject({
    says: expect.stringContaining('only a run tells'),
  })
})

describe('the app', () => {
  test('is shown with its inputs, and with those that take files', () => {
    const variables = [variable('query', { required: true }), variable('doc', { kind: 'file-list' })]
    const checks = appChecks({ ...BARE, variables }, { problems: [], warnings: [] })
    expect(named(checks, 'app')).toMatchObject({ state: 'good', says: expect.stringContaining('query (required), doc') })
    expect(named(checks, 'files')).toMatchObject({ says: 'it takes files in doc' })
    expect(named(checks, 'inputs')).toMatchObject({ state: 'good' })
  })

  test('that opens a conversation is doubted, and so is one that lists nothing', () => {
    expect(named(appChecks({ ...BARE, chat: true }, undefined), 'app')).toMatchObject({
      state: 'doubtful',
      says: expect.stringContaining('chat'),
    })
    const { variables: __, ...silent } = BARE
    expect(appChecks(silent, { problems: [], warnings: [] })).toMatchObject([{ name: 'app', state: 'doubtful' }])
  })

  test('refuses inputs in a check for each, twenty at most', () => {
    const problems = Array.from({ length: 25 }, (_, n) => `Input set a: x${n} is missing.`)
    const inputs = appChecks(BARE, { problems, warnings: ['Input set a: y is dropped.'] }).filter(({ name }) => name === 'inputs')
    expect(inputs.map(({ state }) => state)).toEqual([...Array.from({ length: 21 }, () => 'bad'), 'doubtful'])
    expect([inputs[0]!.says, inputs[20]!.says]).toEqual(['Input set a: x0 is missing', 'and 5 more'])
  })

  test('that requires inputs where none were given is no reason to call anything bad', () => {
    expect(named(appChecks({ ...BARE, variables: [variable('q', { required: true })] }, undefined), 'inputs')).toMatchObject({
      state: 'doubtful',
    })
    expect(named(appChecks({ ...BARE, variables: [variable('q')] }, undefined), 'inputs')).toBeUndefined()
  })
})

describe('a certificate', () => {
  const now = Date.parse('2026-11-24T12:00:00Z')
  const trusted = (validTo: string) =>
    ({ trusted: true, protocol: 'TLSv1.3', chain: ['dify.example', 'Authority'], validTo: new Date(validTo) }) as const
  test.each([
    [
      'with months to go is good',
      trusted('2027-03-01T00:00:00Z'),
      false,
      'good',
      /TLSv1\.3, dify\.example < Authority, valid until 2027-03-01 \(96 days\)/,
    ],
    ['that expires in two weeks is doubted', trusted('2026-12-07T12:00:00Z'), false, 'doubtful', /\(13 days\)/],
    ['that nobody checks is doubted', trusted('2027-03-01T00:00:00Z'), true, 'doubtful', /^not checked \(insecure: true\)/],
    ['that is not trusted is bad', { trusted: false, why: 'CERT_HAS_EXPIRED: it is over' } as const, false, 'bad', /CERT_HAS_EXPIRED/],
  ] as const)('%s', (_name, certificate, insecure, state, says) => {
    expect(certificateCheck(certificate, { insecure, now })).toMatchObject({ state, says: expect.stringMatching(says) })
  })
})

test('addresses are told with their families', () => {
  expect(addressCheck({ name: 'localhost', addresses: ['127.0.0.1', '::1'], loopback: true }).says).toBe(
    'localhost is 127.0.0.1, ::1 (1 IPv4 and 1 IPv6); connections try them in turn',
  )
  expect(addressCheck({ name: '127.0.0.1', addresses: ['127.0.0.1'], loopback: true }).says).toBe('127.0.0.1 (1 IPv4)')
})

test('proxy variables are told by name only, in any case, and not where they are empty', () => {
  const check = proxyCheck({ https_proxy: 'http://user:password@proxy', HTTP_PROXY: '', ALL_PROXY: 'socks://x' })
  expect(check).toMatchObject({ state: 'doubtful', says: expect.stringContaining('https_proxy, ALL_PROXY are set') })
  expect(JSON.stringify(check)).not.toContain('password')
  expect(proxyCheck({ NO_PROXY: '*' }).state).toBe('good')
})

test('what stopped a look is told in its own words; what a person wrote wrongly is the scenario’s, and a bug stays one', () => {
  expect(failed('answer', new TargetError('It is gone.', 'Start it.'))).toEqual({
    about: 'target',
    name: 'answer',
    state: 'bad',
    says: 'It is gone',
    fix: 'Start it.',
  })
  expect(failed('consent', new UsageError('The file is no PEM.', 'Name another.'))).toMatchObject({
    about: 'scenario',
    name: 'certificates',
    state: 'bad',
  })
  expect(() => failed('answer', new TypeError('oops'))).toThrow(TypeError)
})

describe('a scenario', () => {
  test('that can be read is told in short', () => {
    expect(scenarioChecks(planOf(), { source: 'a.yaml', arms: [] })).toMatchObject([
      { name: 'file', state: 'good', says: 'a.yaml is valid: 1 phase, 1 input set, streaming' },
      { name: 'user', state: 'good' },
    ])
  })
  test('with many users, or without checks of certificates, is doubted', () => {
    const checks = scenarioChecks(planOf({ user: '{{uuid}}', target: { ...planOf().target, insecure: true } }), {
      source: 'a.yaml',
      arms: ['a', 'b'],
      arm: 'a',
    })
    expect(checks.filter(({ state }) => state === 'doubtful').map(({ name }) => name)).toEqual(['user', 'insecure'])
  })
  test('with arms says that what stands above them is looked at, unless one was asked for', () => {
    const arms = (arm?: string) => named(scenarioChecks(planOf(), { source: 'a.yaml', arms: ['old', 'new'], arm }), 'arms')
    expect(arms()).toMatchObject({ state: 'good', says: expect.stringContaining('old, new') })
    expect(arms('old')).toBeUndefined()
  })
  test('that cannot be read is bad, with all that is wrong', () => {
    expect(brokenScenario('a.yaml:1:1  x', 'Mend it.')).toMatchObject([
      { about: 'scenario', state: 'bad', says: 'a.yaml:1:1  x', fix: 'Mend it.' },
    ])
  })
})
