import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createWorkbench } from '../helpers/cli.ts'

const bench = createWorkbench()

/** A workflow app with an input of every kind but a required file. */
const EVERY_KIND = {
  description: 'an input of every kind',
  inputs: [
    { variable: 'query', type: 'text-input', required: true, max_length: 20 },
    { variable: 'long', type: 'paragraph', required: true, max_length: 2000 },
    { variable: 'n', type: 'number', required: true },
    { variable: 'choice', type: 'select', required: true, options: ['a', 'b'] },
    { variable: 'flag', type: 'checkbox' },
    { variable: 'docs', type: 'file-list', max_length: 2 },
  ],
  nodes: [{ id: 'start', title: 'Start', type: 'start', takes: '1ms' }],
  outputs: { query: 'start.query' },
}
const profile = bench.write('every-kind.yaml', EVERY_KIND)
const GOOD = { query: 'hello', long: 'a longer text', n: 3, choice: 'a', flag: true }
const UNHURRIED = ['--set', 'caveats.generatorLate=1m', '--set', 'caveats.loopStall=1m', '--set', 'caveats.loopDelay=1m']

const against = (inputs: object) => ['--simulator', profile, '--inputs', JSON.stringify(inputs)]
const REMOTE = { type: 'document', transfer_method: 'remote_url', url: 'https://example.org/a.pdf' }

describe.concurrent('inputs are held against the app before any load', () => {
  const WRONG: readonly (readonly [what: string, inputs: object, told: RegExp])[] = [
    ['text missing', { query: undefined }, /query is required and is missing/],
    ['text null', { query: null }, /query is required and is missing/],
    ['paragraph missing', { long: undefined }, /long is required and is missing/],
    ['number missing', { n: undefined }, /n is required and is missing/],
    ['number null', { n: null }, /n is required and is missing/],
    ['choice missing', { choice: undefined }, /choice is required and is missing. Give it one of "a", "b"/],
    ['text a number', { query: 12 }, /query wants a text, and this is a number/],
    ['text a list', { query: ['a'] }, /query wants a text, and this is a list/],
    ['text true', { query: true }, /query wants a text, and this is true or false/],
    ['text a template of a number', { query: '{{n}}' }, /query wants a text, and this is a number/],
    ['text too long', { query: 'x'.repeat(21) }, /query has 21 characters, and the app takes 20/],
    ['text too long when filled in', { query: 'Hello, {{nonce}}' }, /query has 23 characters, and the app takes 20/],
    ['paragraph too long', { long: 'x'.repeat(2001) }, /long has 2001 characters, and the app takes 2000/],
    ['number a word', { n: 'abc' }, /n wants a number, and this text is none/],
    ['number a list', { n: [1] }, /n wants a number, and this is a list/],
    ['choice not offered', { choice: 'z' }, /choice does not offer "z"\. Write one of "a", "b"/],
    ['choice of another case', { choice: 'A' }, /choice does not offer "A"/],
    ['choice a number', { choice: 1 }, /choice wants a text, and this is a number/],
    ['files: one alone', { docs: REMOTE }, /docs is a list of files, and this is a mapping/],
    ['files: too many', { docs: [REMOTE, REMOTE, REMOTE] }, /docs has 3 files, and the app takes 2/],
  ]

  it('twenty mistakes: check names each with its input set and its variable, run says the same, and nothing is sent', async () => {
    const scenario = bench.write('wrong.yaml', {
      target: { simulator: profile },
      inputs: WRONG.map(([name, wrong]) => ({ name: name.replace(/\W+/g, '-'), values: { ...GOOD, ...wrong } })),
      load: [{ concurrency: 1, runs: 40 }],
    })
    const check = await bench.flowbench(['check', scenario])
    const lines = check.stderr.split('\n').filter((line) => line.startsWith('Input set '))
    expect(lines).toHaveLength(WRONG.length)
    for (const [index, [name, , told]] of WRONG.entries()) {
      expect(lines[index]).toContain(`Input set ${name.replace(/\W+/g, '-')}: `)
      expect(lines[index]).toMatch(told)
    }
    expect(check.code).toBe(3)
    const run = await bench.run([scenario, '--quiet'])
    expect(run.stderr).toBe(check.stderr)
    expect([run.code, existsSync(run.out)]).toEqual([3, false])
  })

  it('good ones pass in silence, a file on the web among them', async () => {
    const args = against({ ...GOOD, docs: [REMOTE] })
    const check = await bench.flowbench(['check', ...args])
    expect(check.code, check.stderr).toBe(0)
    expect(check.stderr).toMatch(/^The target answers/)
    const run = await bench.run([...args, '--runs', '1', '--quiet', ...UNHURRIED])
    expect(run.code, run.stderr).toBe(0)
    expect(run.stderr).toBe('')
  })

  it('all problems of all input sets come at once', async () => {
    const rows = Array.from({ length: 3 }, (_, row) => `q${row},text,${row === 1 ? 'two' : row},a`)
    bench.write('rows.csv', ['query,long,n,choice', ...rows].join('\n'))
    const scenario = bench.write('sets.yaml', {
      target: { simulator: profile },
      inputs: [
        { name: 'empty', values: {} },
        { name: 'corpus', from: 'rows.csv' },
      ],
      load: [{ concurrency: 1, runs: 1 }],
    })
    const { code, stderr } = await bench.flowbench(['check', scenario])
    expect(code).toBe(3)
    for (const told of ['empty: query', 'empty: long', 'empty: n', 'empty: choice', 'corpus, row 2: n wants a number'])
      expect(stderr).toContain(`Input set ${told}`)
    expect(stderr.match(/Input set/g)).toHaveLength(5)
  })

  it('an input that the app does not list is a warning, once, and the run goes on', async () => {
    const run = await bench.run([...against({ ...GOOD, queri: 'x' }), '--runs', '3', '--quiet', ...UNHURRIED])
    expect(run.code, run.stderr).toBe(0)
    expect(run.stderr).toBe(
      "Warning: Input set inputs-1: the app has no input queri, and the server drops it in silence. The app's inputs are query, long, n, choice, flag, docs.\n",
    )
  })

  it('the profiles that come with flowbench take anything, and say nothing of text', async () => {
    const text = await bench.flowbench(['check', '--simulator', 'steady', '--inputs', '{"text":"hi"}'])
    expect([text.code, text.stderr.split('\n').length]).toEqual([0, 2])
    const none = await bench.flowbench(['check', '--simulator', 'steady'])
    expect([none.code, none.stderr.split('\n').length]).toEqual([0, 2])
    const other = await bench.flowbench(['check', '--simulator', 'steady', '--inputs', '{"text":5,"question":"hi"}'])
    expect(other.code).toBe(0)
    expect(other.stderr).toMatch(/Warning: .*text wants a text[\s\S]*Warning: .*no input question/)
  })

  it('offline nobody is asked', async () => {
    expect((await bench.flowbench(['check', ...against({}), '--offline'])).code).toBe(0)
  })
})
