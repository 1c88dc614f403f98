import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createWorkbench, readRun, readRunPlan, readSamples, runFolderIn } from '../helpers/cli.ts'
import { listen, reply } from './fake-dify.ts'

const bench = createWorkbench()

/** A workflow app that wants a file, and takes more. */
const profile = bench.write('takes-files.yaml', {
  description: 'takes files',
  inputs: [
    { variable: 'doc', type: 'file', required: true, allowed_file_types: ['document', 'custom'], allowed_file_extensions: ['.log'] },
    { variable: 'pictures', type: 'file-list', max_length: 2, allowed_file_types: ['image'], allowed_file_upload_methods: ['local_file'] },
    { variable: 'voice', type: 'file', allowed_file_types: ['audio'], allowed_file_upload_methods: ['remote_url'] },
  ],
  nodes: [
    { id: 'start', type: 'start', title: 'Start', takes: '1ms' },
    { id: 'end', type: 'end', title: 'End', takes: '1ms' },
  ],
  outputs: { doc: 'start.doc', pictures: 'start.pictures' },
})
const UNHURRIED = ['--quiet', '--set', 'caveats.generatorLate=1m', '--set', 'caveats.loopStall=1m', '--set', 'caveats.loopDelay=1m']
bench.write('mine.pdf', '%PDF-1.4 this is mine')
bench.write('setup.exe', 'MZ')
bench.write('trace.log', 'one line')
const DOC = { generate: 'pdf', size: '20kB' }

const LOAD = [
  { name: 'streaming', concurrency: 2, runs: 6, mode: 'streaming', settle: true },
  { name: 'blocking', concurrency: 2, runs: 6, mode: 'blocking' },
]
let scenarios = 0
const scenario = (files: object, more: object = {}) =>
  bench.write(`files-${scenarios++}.yaml`, { target: { simulator: profile }, inputs: [{ name: 'only', files }], load: LOAD, ...more })

describe.concurrent('files are uploaded before the load', () => {
  it('once each, and every run of both modes is sent them', async () => {
    const path = scenario({
      doc: 'mine.pdf',
      pictures: [
        { generate: 'png', size: '1MB' },
        { generate: 'png', size: '2kB' },
      ],
    })
    const ended = await bench.run([path, ...UNHURRIED, '--set', 'record=[outputs]'])
    expect([ended.code, ended.stderr], ended.stdout).toEqual([0, ''])
    const [samples, { run, uploads = [], ...file }] = [await readSamples(ended.run!), readRunPlan(ended.run!)]
    expect(samples.map(({ outcome }) => outcome.kind)).toEqual(Array(12).fill('succeeded'))

    // One upload for each file, all for the one user, in the plan where a reader finds them.
    expect(uploads.map(({ user, name, size }) => [user, name, size])).toEqual([
      [`flowbench-${run}`, 'mine.pdf', 21],
      [`flowbench-${run}`, 'only-pictures-1.png', 1_000_000],
      [`flowbench-${run}`, 'only-pictures-2.png', 2_000],
    ])
    const used = samples[0]!.outputs as { doc: { related_id: string }; pictures: { related_id: string }[] }
    expect([used.doc.related_id, ...used.pictures.map((one) => one.related_id)]).toEqual(uploads.map(({ id }) => id))

    // Nothing of it is in the books.
    expect(readRun(ended.run!).phases['streaming']!.sent).toBe(6)
    expect(JSON.stringify(file.plan)).not.toContain('this is mine')
    expect(readFileSync(join(ended.run!, 'samples.jsonl'), 'utf8')).not.toContain('/files/upload')
  })

  it('for each user by itself where runs have several', async () => {
    const ended = await bench.run([scenario({ doc: DOC }, { user: 'slot-{{slot}}' }), ...UNHURRIED])
    expect(ended.code, ended.stdout + ended.stderr).toBe(0)
    expect(readRunPlan(ended.run!).uploads!.map(({ user }) => user)).toEqual(['slot-0', 'slot-1'])
    expect((await readSamples(ended.run!)).every(({ outcome }) => outcome.kind === 'succeeded')).toBe(true)
  })

  it('and told on stderr, on plain lines where nobody watches', async () => {
    const { stderr, code } = await bench.run([scenario({ doc: DOC }), ...UNHURRIED.slice(1)])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('doc: made up only-doc.pdf (20 kB)')
    expect(stderr).toMatch(/\nUploading 1 file: 0 done \(0 B\)\nUploaded 1 file \(20 kB\)\.\n/)
  })

  it('the request’s own too, beside its inputs', async () => {
    const picture = { generate: 'png', size: '3kB' }
    const withOwn = (...requestFiles: object[]) => scenario({}, { inputs: [{ name: 'only', files: { doc: DOC }, requestFiles }] })
    const ended = await bench.run([withOwn(picture), ...UNHURRIED])
    expect([ended.code, ended.stderr], ended.stdout).toEqual([0, ''])
    expect(readRunPlan(ended.run!).uploads!.map(({ name }) => name)).toEqual(['only-doc.pdf', 'only-request-1.png'])
    const many = await bench.flowbench(['check', withOwn(picture, picture, picture, picture)])
    expect([many.code, many.stderr]).toEqual([3, expect.stringContaining('requestFiles has 4 files, and the app takes 3')])
  })

  it('an address is only sent, and one file becomes a list where the app wants one', async () => {
    const files = { doc: 'https://example.org/a.pdf', pictures: { generate: 'png', size: '2kB' }, voice: 'https://example.org/a.mp3' }
    const ended = await bench.run([scenario(files), ...UNHURRIED, '--set', 'record=[outputs]'])
    expect(ended.code, ended.stdout + ended.stderr).toBe(0)
    expect(readRunPlan(ended.run!).uploads).toHaveLength(1)
    const outputs = (await readSamples(ended.run!))[0]!.outputs as { doc: object; pictures: object[] }
    expect(outputs).toMatchObject({ doc: { transfer_method: 'remote_url', filename: 'a.pdf' }, pictures: [{ type: 'image', size: 2000 }] })
  })

  it('and are over before the run’s clock begins', async () => {
    let answered = Number.POSITIVE_INFINITY
    const server = await listen(
      createServer((request, response) => {
        request.resume()
        if (request.url === '/v1/parameters') return reply(response, 200, {})
        if (request.url !== '/v1/files/upload') return reply(response, 500, {})
        setTimeout(() => {
          answered = Date.now()
          reply(response, 201, { id: 'c85cb668-fbae-4b95-afde-43e45c113f15' })
        }, 300)
      }),
    )
    const path = scenario({ doc: DOC }, { target: { url: server.url, apiKey: '${KEY}' }, load: [{ concurrency: 1, runs: 1 }] })
    const { run } = await bench.run([path, ...UNHURRIED], { env: { KEY: 'app-of-this-test' } })
    await server.close()
    expect(Date.parse(readRunPlan(run!).start)).toBeGreaterThanOrEqual(answered)
  })

  it('a made-up file has the same bytes for the same seed', async () => {
    const [one, two, other] = await Promise.all(
      ['7', '7', '8'].map(async (seed) => {
        const received: Buffer[] = []
        const server = await listen(
          createServer(async (request, response) => {
            const parts: Buffer[] = []
            for await (const part of request) parts.push(part as Buffer)
            if (request.url === '/v1/files/upload') received.push(Buffer.concat(parts))
            if (request.url === '/v1/files/upload') return reply(response, 201, { id: 'c85cb668-fbae-4b95-afde-43e45c113f15' })
            if (request.url === '/v1/parameters') return reply(response, 200, {})
            reply(response, 500, {})
          }),
        )
        const path = scenario({ doc: DOC }, { target: { url: server.url, apiKey: '${KEY}' }, load: [{ concurrency: 1, runs: 1 }] })
        await bench.run([path, '--seed', seed, ...UNHURRIED], { env: { KEY: 'app-of-this-test' } })
        await server.close()
        const [body] = received
        return body!.subarray(body!.indexOf('%PDF'), body!.indexOf('%%EOF')).toString('latin1')
      }),
    )
    expect(one!.length).toBeGreaterThan(19_000)
    expect(two).toBe(one)
    expect(other).not.toBe(one)
  })
})

describe.concurrent('what cannot be used is refused before any load', () => {
  const WRONG: readonly (readonly [what: string, files: object, told: RegExp])[] = [
    [
      'required missing',
      { voice: 'https://example.org/a.mp3' },
      /doc is a required file and is missing\. Name it under files:, such as \{ doc: inputs\/a\.pdf \}/,
    ],
    ['two for one', { doc: [DOC, DOC] }, /doc is one file, and this is a list of 2/],
    [
      'an image for a document',
      { doc: { generate: 'png' } },
      /doc takes document, custom, and an-image-for-a-document-doc\.png is of the kind image/,
    ],
    [
      'an ending that is not allowed',
      { doc: { generate: 'json' } },
      /doc takes names that end in \.log, and an-ending-that-is-not-allowed-doc\.json does not/,
    ],
    [
      'a type that it is not',
      { doc: { url: 'https://example.org/a.png', type: 'document' } },
      /doc says that a\.png is of the kind document/,
    ],
    [
      'too large',
      { doc: { generate: 'txt', size: '16MB' } },
      /doc: too-large-doc\.txt has 16000000 bytes, and the server takes 15728640 of its kind/,
    ],
    [
      'a picture too large',
      { doc: DOC, pictures: [{ generate: 'png', size: '11MB' }] },
      /pictures: .* has 11000000 bytes, and the server takes 10485760/,
    ],
    ['a document for a picture', { doc: DOC, pictures: [DOC] }, /pictures takes image, and .*\.pdf is of the kind document/],
    ['too many', { doc: DOC, pictures: Array(3).fill({ generate: 'png' }) }, /pictures has 3 files, and the app takes 2/],
    ['an upload where only addresses go', { doc: DOC, voice: { generate: 'wav' } }, /voice takes files by their address only/],
  ]

  it('ten mistakes with files: check names each, run says the same, and nothing is uploaded', async () => {
    const simulator = bench.start(['simulate', profile])
    const url = (await simulator.says(/listening on (\S+)/))[1]!
    const inputs = WRONG.map(([what, files]) => ({ name: what.replace(/\W+/g, '-'), files }))
    const path = scenario({}, { target: { url, apiKey: '${KEY}' }, inputs })
    const env = { KEY: 'app-of-this-test' }
    const check = await bench.flowbench(['check', path], { env })
    const lines = check.stderr.split('\n').filter((line) => line.startsWith('Input set '))
    expect(lines).toHaveLength(WRONG.length)
    for (const [index, [what, , told]] of WRONG.entries()) {
      expect(lines[index]).toContain(`Input set ${what.replace(/\W+/g, '-')}: `)
      expect(lines[index]).toMatch(told)
    }
    expect(check.code).toBe(3)
    const run = await bench.run([path, '--quiet'], { env })
    expect(run.stderr).toBe(check.stderr)
    expect([run.code, existsSync(run.out)]).toEqual([3, false])
    // Each asked what the app takes, and that was all.
    expect(await (await fetch(new URL('/simulator/stats', url))).json()).toMatchObject({ requests: 2, runRequests: 0 })
    simulator.child.kill('SIGTERM')
  })

  it('good ones pass in silence, a custom ending among them', async () => {
    const check = await bench.flowbench(['check', scenario({ doc: 'trace.log', pictures: [{ generate: 'png' }] })])
    expect(check.code, check.stderr).toBe(0)
    expect(check.stderr).toMatch(/^The target answers/)
  })

  it('what only the server can tell: its own words, exit code 3, no run folder', async () => {
    const path = scenario({ doc: { path: 'setup.exe', type: 'document' } })
    const ended = await bench.run([path, '--quiet'])
    expect([ended.code, existsSync(ended.out)], ended.stderr).toEqual([3, false])
    expect(ended.stderr).toMatch(
      /The server refuses the file setup\.exe: 400 invalid_param: File extension '\.exe' is not allowed for security reasons\.\nNo load was sent\./,
    )
  })
})

it('a signal ends the uploads at once: nothing was sent, no run folder', async () => {
  const server = await listen(
    createServer((request, response) => {
      request.resume()
      // An upload is never answered.
      if (request.url === '/v1/parameters') reply(response, 200, {})
    }),
  )
  const out = bench.newOut()
  const path = scenario({ doc: DOC }, { target: { url: server.url, apiKey: '${KEY}' } })
  const running = bench.start(['run', path, '--out', out], { env: { KEY: 'app-of-this-test' } })
  await running.says(/Uploading 1 file/)
  running.child.kill('SIGINT')
  const ended = await running.ended
  expect([ended.code, runFolderIn(out)], ended.stderr).toEqual([130, undefined])
  expect(ended.stderr).toMatch(/Stopped before anything was sent\./)
  await server.close()
})
