import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { guardHost, resolveHost } from '../../src/run/guard.ts'
import { CASES } from './cases.ts'
import { readKeys, recordings, type Subject, server, simulators } from './subjects.ts'
import { judge, learnBook, learnExpected, readExpected } from './suite.ts'

const USAGE = `npm run conformance                               the recordings and the simulator
npm run conformance -- URL --keys FILE            a server with the lab's workflows; FILE: { "echo": { "key": "app-…" }, … }
npm run conformance -- URL --app echo             with the key of that workflow alone, in DIFY_API_KEY
npm run conformance -- --only REGEX               cases whose names match
npm run conformance -- --learn                    writes down anew what the recordings say`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    keys: { type: 'string' },
    app: { type: 'string', default: 'echo' },
    only: { type: 'string', default: '' },
    learn: { type: 'boolean' },
    help: { type: 'boolean' },
  },
})

const say = (line: string) => process.stdout.write(`${line}\n`)

async function serverAt(text: string): Promise<Subject> {
  const url = new URL(text)
  await guardHost(await resolveHost(url), {
    allowed: (process.env['FLOWBENCH_ALLOW'] ?? '').split(','),
    sharedCloudAllowed: false,
    peak: { perSecond: 1, inFlight: 1 },
  })
  const { DIFY_API_KEY: key } = process.env
  if (values.keys === undefined && !key) throw new Error(`A server needs keys.\n${USAGE}`)
  const keys = values.keys === undefined ? { [values.app]: key! } : readKeys(values.keys)
  return server(`${url.origin}${url.pathname.replace(/\/+$/, '') || '/v1'}`, keys)
}

async function run(subject: Subject): Promise<number> {
  const [expected, book] = [readExpected(), learnBook()]
  const count = { passed: 0, failed: 0, 'left out': 0 }
  say(`\n${subject.name}`)
  for (const one of CASES.filter(({ name }) => new RegExp(values.only).test(name))) {
    const verdict = await judge(subject, one, { expected: expected[one.name], book }).catch(
      (error: Error) => ({ is: 'failed', faults: [error.message] }) as const,
    )
    count[verdict.is]++
    const note = verdict.is === 'left out' ? verdict.why : ''
    say(`  ${verdict.is.padEnd(8)}  ${one.name.padEnd(42)} ${one.app.padEnd(16)} ${note}`)
    if (verdict.is === 'failed') for (const fault of verdict.faults) say(`            ${fault}`)
  }
  await subject.close()
  say(`${count.passed} passed, ${count.failed} failed, ${count['left out']} left out`)
  return count.failed
}

async function main(): Promise<number> {
  if (values.help) say(USAGE)
  if (values.learn) writeFileSync(new URL('./expected.json', import.meta.url), `${JSON.stringify(learnExpected(), null, 1)}\n`)
  if (values.help || values.learn) return 0
  const subjects = positionals[0] === undefined ? [recordings(), simulators()] : [await serverAt(positionals[0])]
  let failed = 0
  for (const subject of subjects) failed += await run(subject)
  return failed === 0 ? 0 : 1
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: Error & { readonly hint?: string }) => {
    process.stderr.write(`${[error.message, error.hint].filter(Boolean).join('\n')}\n`)
    process.exitCode = 2
  },
)
