import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countOf, elapsedOf, oneLine, outcome, parseObject, readBlockingReply, readRefusal } from '../../src/dify/reply.ts'
import { apiHeaders, runBody, stopPath } from '../../src/dify/request.ts'

describe('a blocking reply', () => {
  const data = { id: 'run', status: 'succeeded', outputs: { text: 'hi' }, error: null, elapsed_time: 0.5, total_tokens: 9, total_steps: 3 }

  test('says all that there is to say', () => {
    expect(readBlockingReply(JSON.stringify({ task_id: 't', workflow_run_id: 'r', data }))).toEqual({
      outcome: { kind: 'succeeded' },
      elapsed: 500_000,
      tokens: 9,
      steps: 3,
      outputs: { text: 'hi' },
      taskId: 't',
      workflowRunId: 'r',
    })
  })

  test.each([
    ['failed', 'boom', 'workflow-failed'],
    ['failed', 'Aborted: User requested stop', 'stopped'],
    ['stopped', null, 'stopped'],
    ['paused', null, 'paused'],
    ['partial-succeeded', '', 'partial'],
    ['running', null, 'workflow-failed'],
  ])('with HTTP 200 and status %s (%s) is %s', (status, error, kind) => {
    expect(readBlockingReply(JSON.stringify({ data: { ...data, status, error } })).outcome.kind).toBe(kind)
  })

  test.each(['', 'half a re', '{}', '[]', '{"data":[]}', '{"data":null}', '"data"', '<html>'])('%j is none', (body) => {
    expect(readBlockingReply(body)).toMatchObject({ outcome: { kind: 'bad-reply', detail: expect.stringContaining('not the JSON') } })
  })

  test('never throws, whatever the body is', () => {
    fc.assert(fc.property(fc.oneof(fc.json(), fc.string()), (body) => typeof readBlockingReply(body).outcome.kind === 'string'))
  })
})

describe('a refusal', () => {
  const limit = { code: 'invalid_param', message: 'Too many requests. Please try again later.', status: 400 }
  test.each([
    [429, '', 'throttled', '429'],
    [429, '{"code":"rate_limit_error","message":"quota"}', 'throttled', '429 rate_limit_error: quota'],
    [400, JSON.stringify(limit), 'throttled', '400 invalid_param: Too many requests. Please try again later.'],
    [400, '{"code":"invalid_param","message":"query is required"}', 'rejected', '400 invalid_param: query is required'],
    [400, '{"code":"other","message":"Too many requests"}', 'rejected', '400 other: Too many requests'],
    [401, '{"code":"unauthorized","message":"Access token is invalid"}', 'rejected', '401 unauthorized: Access token is invalid'],
    [500, '<html><h1>Internal   Server\nError</h1></html>', 'rejected', '500 Internal Server Error'],
    [503, '', 'rejected', '503'],
  ])('%d %j is %s', (status, body, kind, detail) => {
    expect(readRefusal(status, body)).toEqual({ kind, detail })
  })

  test.each([
    ['https://login.example.org:8443/in?x=1', 'login.example.org:8443'],
    ['/elsewhere', 'the same host'],
    [undefined, 'nowhere'],
    ['http://', 'nowhere'],
  ])('a redirect to %j is not followed, and its host is named', (location, host) => {
    expect(readRefusal(302, '', location)).toEqual({ kind: 'rejected', detail: `302 redirects to ${host}, not followed` })
  })
})

describe('what stands in JSON', () => {
  test('is a text, a count or a length of time only where it can be one', () => {
    expect([0, 7, -1, 1.5, Number.NaN, '7', null, 2 ** 60].map(countOf)).toEqual([0, 7, ...Array(6).fill(undefined)])
    expect([0, 0.0000004, 1.234567, -1, Number.POSITIVE_INFINITY, 1e300, '1'].map(elapsedOf)).toEqual([
      0,
      0,
      1_234_567,
      ...Array(4).fill(undefined),
    ])
    expect(['{"a":1}', '[1]', 'null', '{'].map(parseObject)).toEqual([{ a: 1 }, undefined, undefined, undefined])
  })

  test('a detail is one line, cut to 200 characters, and left out where it is empty', () => {
    expect(oneLine(' a\r\n b\t c ')).toBe('a b c')
    expect(oneLine('a\u001b[31mred\u001b[0m\u0007 b\u0000c')).toBe('ared b c')
    expect(oneLine('x'.repeat(201))).toBe(`${'x'.repeat(199)}…`)
    expect(oneLine('x'.repeat(200))).toBe('x'.repeat(200))
    expect(outcome('paused', ' \n ')).toEqual({ kind: 'paused' })
  })
})

describe('a request', () => {
  test('names inputs, mode and user', () => {
    expect(JSON.parse(runBody({ inputs: { q: 'é' }, mode: 'blocking', user: 'u' }))).toEqual({
      inputs: { q: 'é' },
      response_mode: 'blocking',
      user: 'u',
    })
  })

  test('a key goes into one header, which no extra header replaces; compression is not asked for', () => {
    expect(apiHeaders('k', { 'x-env': 'staging', authorization: 'mine' })).toEqual({
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      'x-env': 'staging',
      authorization: 'Bearer k',
    })
    expect('authorization' in apiHeaders(undefined, {})).toBe(false)
  })

  test('a task id is no way out of the path', () => {
    expect(stopPath('../../x?y')).toBe('/workflows/tasks/..%2F..%2Fx%3Fy/stop')
  })
})
