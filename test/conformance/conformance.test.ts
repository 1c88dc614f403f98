import { afterAll, describe, expect, it } from 'vitest'
import { readRecording, recordingNames } from '../helpers/recordings.ts'
import { CASES, type Case } from './cases.ts'
import { differences, type Expected } from './expect.ts'
import { recordedReply, recordings, type Subject, simulators } from './subjects.ts'
import { judge, learnBook, readExpected } from './suite.ts'

const expected = readExpected()
const book = learnBook()
const held = (subject: Subject, one: Case) => judge(subject, one, { expected: expected[one.name], book })
const caseOf = (name: string) => CASES.find((one) => one.name === name)!

describe('what was written down of the recordings', () => {
  const subject = recordings()

  it('has a case for each of them, and a reply of each but the one that had none', () => {
    expect(CASES.map(({ name }) => name)).toEqual(recordingNames())
    expect(recordingNames().filter((name) => !expected[name])).toEqual(['run-blocking-api-killed'])
    expect(readRecording('run-blocking-api-killed').response.head).toBeUndefined()
  })

  it.each(CASES.filter(({ name }) => expected[name]))('holds for $name', async (one) => {
    expect(await held(subject, one)).toEqual({ is: 'passed' })
  })
})

describe.concurrent('the simulator answers as recorded', () => {
  const subject = simulators()
  afterAll(() => subject.close())
  const able = CASES.filter(({ only, simulator }) => !only && !(simulator && 'cannot' in simulator))

  it('all that it can be asked for', () => {
    expect(able.length).toBe(98)
  })

  it.each(able)('$name', async (one) => {
    expect(await held(subject, one)).toEqual({ is: 'passed' })
  })
})

describe('a server that drifts is found out by', () => {
  const STREAM = 'run-streaming-iteration-4'
  const answering = (name: string, change: (text: string) => string, head: object = {}): Subject => ({
    ...recordings(),
    ask: async () => {
      const reply = recordedReply(name)
      const chunks = reply.chunks.map((chunk) => Buffer.from(change(chunk.toString()))).filter((chunk) => chunk.length > 0)
      return { ...reply, ...head, chunks }
    },
  })

  it.each<readonly [string, string, Subject, RegExp]>([
    ['another status', 'error-bad-json', answering('error-bad-json', (text) => text, { status: 422 }), /^status: 422, recorded 400$/],
    ['a header less', STREAM, answering(STREAM, (text) => text, { headers: recordedReply(STREAM).headers.slice(1) }), /^header names/],
    ['an event that is left out', STREAM, answering(STREAM, (text) => (text.includes('iteration_completed') ? '' : text)), /^events/],
    [
      'a node of another kind of name',
      STREAM,
      answering(STREAM, (text) => text.replaceAll('"node_id":"it"', '"node_id":"that"')),
      /^events/,
    ],
    ['a field that is left out', STREAM, answering(STREAM, (text) => text.replace('"predecessor_node_id":null,', '')), /^keys of/],
    ['a number that became a text', STREAM, answering(STREAM, (text) => text.replace('"steps":4', '"steps":"4"')), /steps is string/],
    [
      'another count of steps',
      STREAM,
      answering(STREAM, (text) => text.replace('"total_steps":4', '"total_steps":7')),
      /^steps: 7, recorded 4$/,
    ],
    [
      'another ending',
      STREAM,
      answering(STREAM, (text) => text.replaceAll('"status":"succeeded"', '"status":"failed"')),
      /^status in the body/,
    ],
    ['another message', 'error-missing-user', answering('error-missing-user', (text) => text.replace('must', 'should')), /^message/],
    ['a page with other fields', 'get-info', answering('get-info', (text) => text.replace('"mode"', '"kind"')), /^keys of body/],
    [
      'a field of another type',
      'get-workflow-logs',
      answering('get-workflow-logs', (text) => text.replace('"total_steps": 2', '"total_steps": "2"')),
      /^body\.data/,
    ],
  ])('%s', async (_, name, subject, fault) => {
    const verdict = await held(subject, caseOf(name))
    expect(verdict.is === 'failed' && verdict.faults.some((one) => fault.test(one)), JSON.stringify(verdict)).toBe(true)
  })
})

describe('no difference is', () => {
  const stopped = expected['run-streaming-stopped']!

  it('which of its two answers a server gives to a stop, and how far the run had come', () => {
    expect(stopped.facts).toEqual({ event: 'workflow_finished', status: 'stopped' })
    expect(expected['run-streaming-stopped-other-answer']!.facts).toEqual(stopped.facts)
  })

  it('in which order nodes end that run side by side, where the case says so', () => {
    const parallel = expected['run-streaming-parallel']!
    const turned: Expected = { ...parallel, events: parallel.events!.toReversed() }
    expect(differences(parallel, turned, 'any')).toEqual([])
    expect(differences(parallel, turned)).toHaveLength(1)
  })

  it('another version, or a proxy in front, of a server that is not ours', async () => {
    const reply = recordedReply('run-streaming-success')
    const headers = [
      ['Server', 'nginx'] as const,
      ...reply.headers.map(([name, value]) => [name, name === 'X-Version' ? '1.15.0' : value] as const),
    ]
    const ask = async () => ({ ...reply, headers })
    expect(await held({ ...recordings(), kind: 'server', ask }, caseOf('run-streaming-success'))).toEqual({ is: 'passed' })
    expect((await held({ ...recordings(), ask }, caseOf('run-streaming-success'))).is).toBe('failed')
  })
})
