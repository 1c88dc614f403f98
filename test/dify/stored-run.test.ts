import { describe, expect, test } from 'vitest'
import { detailPath, logsPath, readDetail, readLogsPage } from '../../src/dify/stored-run.ts'
import { bodyOf, readRecording } from '../helpers/recordings.ts'
import { ms } from '../helpers/samples.ts'

const stored = (name: string) => readDetail(bodyOf(readRecording(name)).toString())

describe('what a real server has stored of a run', () => {
  test.each([
    ['detail-succeeded', { status: 'succeeded', elapsed: 32_631, tokens: 0, steps: 2 }],
    ['detail-llm', { status: 'succeeded', elapsed: 510_630, tokens: 12, steps: 3 }],
    ['detail-after-client-closed-later', { status: 'succeeded', elapsed: 3_133_936, tokens: 0, steps: 3 }],
    ['detail-failed', { status: 'workflow-failed', elapsed: 63_303, tokens: 0, steps: 2 }],
    ['detail-stopped', { status: 'stopped', elapsed: 228_347, tokens: 0, steps: 2 }],
    ['detail-llm-stopped', { status: 'stopped', elapsed: 359_770, tokens: 0, steps: 2 }],
    ['detail-paused', { status: 'paused', elapsed: 0, tokens: 0, steps: 2 }],
    ['detail-running', { status: 'running' }],
    ['detail-after-client-closed-running', { status: 'running' }],
  ] as const)('%s', (name, run) => expect(stored(name)).toEqual(run))

  test('is not known from an error, from nonsense or from a status of tomorrow', () => {
    for (const name of ['detail-unknown', 'detail-not-a-uuid', 'detail-of-other-app']) expect(stored(name)).toBeUndefined()
    for (const body of ['', 'null', '[]', '{}', '{"status":7}', '{"status":"dreaming"}', '<html>']) expect(readDetail(body)).toBeUndefined()
  })
})

describe('a page of the log of a real server', () => {
  test('tells of each run by id', () => {
    expect(readLogsPage(bodyOf(readRecording('get-workflow-logs-llm')).toString())).toEqual({
      more: true,
      runs: [
        {
          id: '36b56f5d-4c97-4846-b88f-be081af67d2f',
          created: 1795549269,
          user: 'lab-user',
          run: { status: 'succeeded', elapsed: 510_630, tokens: 12, steps: 3 },
        },
        {
          id: '3ca62115-5bc8-4799-8719-77c485a873f8',
          created: 1795549268,
          user: 'lab-user',
          run: { status: 'workflow-failed', elapsed: ms(226.841), tokens: 0, steps: 2 },
        },
      ],
    })
    expect(readLogsPage(bodyOf(readRecording('logs-after-blocking-api-killed')).toString())?.runs).toMatchObject([
      { run: { status: 'running' } },
    ])
  })

  test('is passed over where it cannot be read, as a whole or row by row; an empty page is the last one', () => {
    for (const body of ['', '{}', '{"data":{}}', '<html>']) expect(readLogsPage(body)).toBeUndefined()
    const rows = [null, 1, {}, { workflow_run: { status: 'succeeded' } }, { workflow_run: { id: 'a', status: 'dreaming' } }]
    expect(readLogsPage(JSON.stringify({ data: rows, has_more: true }))).toEqual({ runs: [], more: true })
    expect(readLogsPage('{"data":[],"has_more":true}')).toEqual({ runs: [], more: false })
  })
})

test('ids and users go into the path as what they are', () => {
  expect(detailPath('a/b?c')).toBe('/workflows/run/a%2Fb%3Fc')
  expect(logsPath('load & more/ü', 3)).toBe('/workflows/logs?page=3&limit=100&created_by_end_user_session_id=load+%26+more%2F%C3%BC')
})
