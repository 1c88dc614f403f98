import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createWorkbench } from '../helpers/cli.ts'
import { listen, reply } from './fake-dify.ts'

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

describe.concurrent('init writes a scenario from a live app', () => {
  const env = { DIFY_API_KEY: 'app-of-this-test-1234' }
  const fresh = () => `${bench.newOut()}.yaml`

  /** A server with these pages; every other is not found. */
  const serving = (pages: Readonly<Record<string, object>>) =>
    listen(
      createServer(({ url = '' }, response) => {
        const page = pages[url]
        return page ? reply(response, 200, page) : reply(response, 404, { code: 'not_found', message: 'Not found.', status: 404 })
      }),
    )

  it('which passes check and runs as it is; an old file is never overwritten', async () => {
    const simulator = bench.start(['simulate', profile])
    const url = (await simulator.says(/listening on (\S+)/))[1]!
    const out = fresh()
    const init = await bench.flowbench(['init', '--url', url, '--out', out], { env })
    expect([init.code, init.stdout], init.stderr).toEqual([0, `${out}\n`])
    const text = readFileSync(out, 'utf8')
    expect(text).toContain('the workflow "every-kind"')
    expect(text + init.stderr).not.toContain(env.DIFY_API_KEY)

    const check = await bench.flowbench(['check', out], { env })
    expect(check.code, check.stderr).toBe(0)
    expect(check.stderr).toMatch(/^The target answers/)
    const run = await bench.run([out, '--quiet', '--set', 'load=[{ concurrency: 1, runs: 3 }]', ...UNHURRIED], { env })
    expect([run.code, run.stderr], run.stdout).toEqual([0, ''])

    writeFileSync(out, 'mine')
    const again = await bench.flowbench(['init', '--out', out], { env: { ...env, DIFY_URL: url } })
    expect([again.code, again.stdout]).toEqual([2, ''])
    expect(again.stderr).toContain(`${out} is already there`)
    expect(readFileSync(out, 'utf8')).toBe('mine')
    for (const kept of [`${out}.old`, `${out}.old-2`]) {
      const forced = await bench.flowbench(['init', '--force', '--out', out], { env: { ...env, DIFY_URL: url } })
      expect(forced.code, forced.stderr).toBe(0)
      expect(forced.stderr).toContain(`is now ${kept}.`)
    }
    expect([readFileSync(`${out}.old`, 'utf8'), readFileSync(`${out}.old-2`, 'utf8'), readFileSync(out, 'utf8')]).toEqual([
      'mine',
      text,
      text,
    ])
    simulator.child.kill('SIGTERM')
  })

  it('with a file made up where the app wants one: it passes check and runs as it is', async () => {
    const takesFiles = bench.write('takes-files.yaml', {
      description: 'takes files',
      inputs: [
        { variable: 'doc', type: 'file', required: true },
        { variable: 'pictures', type: 'file-list', required: true, max_length: 2, allowed_file_types: ['image'] },
      ],
      nodes: [{ id: 'start', title: 'Start', type: 'start', takes: '1ms' }],
      outputs: { doc: 'start.doc' },
    })
    const simulator = bench.start(['simulate', takesFiles])
    const url = (await simulator.says(/listening on (\S+)/))[1]!
    const out = fresh()
    const init = await bench.flowbench(['init', '--url', url, '--out', out], { env })
    expect([init.code, init.stderr]).toEqual([0, `Next: flowbench check ${out}\n`])
    const check = await bench.flowbench(['check', out], { env })
    expect(check.code, check.stderr).toBe(0)
    expect(check.stderr).toMatch(/^The target answers/)
    const run = await bench.run([out, '--quiet', '--set', 'load=[{ concurrency: 1, runs: 3 }]', ...UNHURRIED], { env })
    expect([run.code, run.stderr], run.stdout).toEqual([0, ''])
    simulator.child.kill('SIGTERM')
  })

  it('which a required file of a kind that cannot be made up keeps from running until one is named', async () => {
    const film = { variable: 'film', label: 'Your film', type: 'file', required: true, options: [], allowed_file_types: ['video'] }
    const server = await serving({
      '/v1/parameters': { user_input_form: [{ file: film }] },
      '/v1/info': { name: 'films', mode: 'workflow' },
    })
    const out = fresh()
    const init = await bench.flowbench(['init', '--url', server.url, '--out', out], { env })
    expect([init.code, init.stderr]).toEqual([0, expect.stringContaining('Give these a value first, no example could be made up: film.')])
    const check = await bench.flowbench(['check', out], { env })
    expect(check.code).toBe(3)
    expect(check.stderr).toMatch(/film \("Your film"\) is a required file and is missing\. Name it under files:/)
    const filledIn = readFileSync(out, 'utf8')
      .replace('files: {} #', 'files: #')
      .replace('      # film: inputs/…', '      film: https://example.org/a.mp4')
    writeFileSync(out, filledIn)
    const filled = await bench.flowbench(['check', out], { env })
    expect(filled.code, filled.stderr).toBe(0)
    await server.close()
  })

  it('from an older server, which does not say what kind of app it is', async () => {
    const server = await serving({ '/v1/parameters': { user_input_form: [] } })
    const out = fresh()
    expect((await bench.flowbench(['init', '--url', server.url, '--out', out], { env })).code).toBe(0)
    expect((await bench.flowbench(['check', out], { env })).code).toBe(0)
    await server.close()
  })

  it('without the key, should the server send it back; an option that equals a header is still that option', async () => {
    const options = ['staging-eu', env.DIFY_API_KEY]
    const form = [{ select: { variable: 'where', label: 'where', type: 'select', required: true, options } }]
    const server = await serving({ '/v1/parameters': { user_input_form: form } })
    const out = fresh()
    expect((await bench.flowbench(['init', '--url', server.url, '--out', out], { env })).code).toBe(0)
    const text = readFileSync(out, 'utf8')
    expect(text).toContain('where: "staging-eu"')
    expect(text).not.toContain(env.DIFY_API_KEY)
    const check = await bench.flowbench(['check', out, '--set', 'target.headers={ X-Env: staging-eu }'], { env })
    expect(check.code, check.stderr).toBe(0)
    await server.close()
  })

  it('not from a chat, and not where there is nothing to ask; no file is made', async () => {
    const chat = await serving({ '/v1/parameters': { user_input_form: [] }, '/v1/info': { name: 'helper', mode: 'advanced-chat' } })
    const vague = await serving({ '/v1/parameters': {} })
    const out = fresh()
    const attempt = (url: string, more = env) => bench.flowbench(['init', '--url', url, '--out', out], { env: more })
    const told = async (ending: ReturnType<typeof attempt>, code: number, what: RegExp) => {
      const ended = await ending
      expect([ended.code, ended.stderr, ended.stdout]).toEqual([code, expect.stringMatching(what), ''])
      expect(existsSync(out)).toBe(false)
    }
    await told(attempt(chat.url), 3, /the app "helper" of the kind advanced-chat, and flowbench loads workflows\./)
    await told(attempt(vague.url), 3, /does not say which inputs the app takes/)
    await Promise.all([chat.close(), vague.close()])
    await told(attempt(chat.url), 3, /cannot be reached/)
    await told(attempt('http://192.0.2.1/v1'), 3, /nobody has agreed/)
    await told(attempt('nonsense'), 2, /--url .*This is no address/)
    await told(bench.flowbench(['init', '--out', out], { env }), 2, /DIFY_URL is not set/)
    await told(bench.flowbench(['init', '--url', chat.url, '--out', out]), 2, /DIFY_API_KEY/)
  })

  it('not into a folder that is not there', async () => {
    const server = await serving({ '/v1/parameters': { user_input_form: [] } })
    const ended = await bench.flowbench(['init', '--url', server.url, '--out', join(bench.folder, 'none', 's.yaml')], { env })
    expect([ended.code, ended.stderr]).toEqual([74, expect.stringMatching(/cannot be written to .*\(ENOENT\)\./)])
    await server.close()
  })
})
