import { parseProfile } from '../../src/simulator/profile.ts'
import type { Profile } from '../../src/simulator/profile-schema.ts'

/** The lab's workflows as profiles of the simulator, and some with another ending. What a request asks of a workflow's speed they do not hear. */
const KEY = 'app-the-simulated-one'

const node = (id: string, type: string, more = 'takes: 3ms') => `{ id: ${id}, title: ${id}, type: ${type}, ${more} }`
const input = (variable: string, type: string, more = 'required: true') => `{ variable: ${variable}, type: ${type}, ${more} }`
const llm = (id: string, first: string, chunks: number, gap: string) =>
  `{ id: ${id}, title: ${id}, type: llm, text: { first: ${first}, chunks: ${chunks}, gap: ${gap} } }`
const http = (id: string, takes = '20ms') => node(id, 'http-request', `takes: ${takes}, output: { status_code: 200, body: ok }`)
const failing = (id: string, how: string) =>
  node(id, 'http-request', `takes: 3ms, output: { body: fallback }, fails: { share: 100%, every: 5ms, ${how} }`)
const each = (rounds: number, atOnce = 1) =>
  `{ id: it, title: Each, type: iteration, rounds: ${rounds}, atOnce: ${atOnce}, nodes: [${node('each', 'template-transform', 'takes: 3ms, output: { output: x }')}] }`

interface App {
  readonly inputs?: string
  readonly nodes?: readonly string[]
  readonly outputs: string
  readonly more?: string
}

const SPEC = input('spec', 'paragraph', 'required: true, max_length: 500')
const FILES = [input('doc', 'file'), input('docs', 'file-list', 'max_length: 2')].join(', ')
const ECHO = [
  input('query', 'text-input', 'required: true, max_length: 48'),
  input('n', 'number', 'required: false'),
  input('choice', 'select', 'options: [a, b]'),
  input('long', 'paragraph', 'max_length: 2000'),
  input('flag', 'checkbox', 'required: false'),
].join(', ')

const APPS: Readonly<Record<string, App>> = {
  echo: { inputs: ECHO, outputs: '{ query: start.query, n: start.n, choice: start.choice }' },
  'slow-http': { inputs: input('ms', 'number'), nodes: [http('http', '300ms')], outputs: '{ status: http.status_code, body: http.body }' },
  'fail-code': {
    nodes: [node('code', 'code', 'takes: 3ms, output: { x: a }, fails: { share: 100%, ends: failed }')],
    outputs: '{ x: code.x }',
  },
  'fail-http-retry': { nodes: [failing('http', 'retries: 2, ends: failed')], outputs: '{ body: http.body }' },
  'retry-then-ok': {
    inputs: input('key', 'text-input'),
    nodes: [failing('http', 'retries: 1, ends: succeeded')],
    outputs: '{ body: http.body }',
  },
  'partial-default': { nodes: [failing('http', 'ends: exception')], outputs: '{ body: http.body }' },
  branch: {
    inputs: input('kind', 'text-input'),
    nodes: [
      node('if', 'if-else'),
      node('a', 'template-transform', 'takes: 20ms, output: { output: a }'),
      node('agg', 'variable-aggregator', 'takes: 3ms, output: { output: a }'),
    ],
    outputs: '{ text: agg.output }',
  },
  parallel: {
    inputs: input('ms', 'number'),
    nodes: [
      `{ parallel: [${http('h1', '20ms')}, ${http('h2', '24ms')}, ${http('h3', '22ms')}] }`,
      node('join', 'template-transform', 'takes: 3ms, output: { output: a }'),
    ],
    outputs: '{ text: join.output }',
  },
  'parallel-slow': {
    inputs: input('ms', 'number'),
    nodes: [
      `{ parallel: [${http('h1', '9s')}, ${http('h2', '9s')}, ${http('h3', '9s')}] }`,
      node('join', 'template-transform', 'takes: 3ms, output: { output: a }'),
    ],
    outputs: '{ text: join.output }',
  },
  iteration: { inputs: input('count', 'number'), nodes: [node('gen', 'code'), each(4)], outputs: '{ out: it.output }' },
  'iteration-parallel': { inputs: input('count', 'number'), nodes: [node('gen', 'code'), each(4, 10)], outputs: '{ out: it.output }' },
  'iteration-empty': { inputs: input('count', 'number'), nodes: [node('gen', 'code'), each(0)], outputs: '{ out: it.output }' },
  loop: {
    nodes: [`{ id: lp, title: Loop, type: loop, rounds: 3, of: 6, output: { num: 4 }, nodes: [${node('inc', 'assigner')}] }`],
    outputs: '{ num: lp.num }',
  },
  'human-input': { inputs: input('draft', 'text-input'), outputs: '{}', more: 'outcomes: { paused: 100% }' },
  'template-unicode': {
    inputs: input('name', 'text-input'),
    nodes: [node('t', 'template-transform', 'takes: 3ms, output: { output: "Grüße 你好 🚀" }')],
    outputs: '{ text: t.output }',
  },
  'big-output': {
    inputs: input('kb', 'number'),
    nodes: [node('http', 'http-request', `takes: 3ms, output: { body: ${'x'.repeat(20_000)} }`)],
    outputs: '{ body: http.body }',
  },
  files: { inputs: FILES, outputs: '{ doc: start.doc, docs: start.docs }' },
  llm: { inputs: SPEC, nodes: [llm('llm', '30ms', 24, '2ms')], outputs: '{ text: llm.text, usage: llm.usage }' },
  'llm-long': { inputs: SPEC, nodes: [llm('llm', '30ms', 200, '50ms')], outputs: '{ text: llm.text, usage: llm.usage }' },
  'llm-failing': {
    inputs: SPEC,
    nodes: [
      '{ id: llm, title: llm, type: llm, text: { first: 30ms, chunks: 20, gap: 2ms }, fails: { share: 100%, ends: failed, after: 5, error: model overloaded } }',
    ],
    outputs: '{ text: llm.text, usage: llm.usage }',
  },
  'llm-chain': {
    inputs: SPEC,
    nodes: [http('http'), llm('draft', '20ms', 5, '2ms'), llm('final', '20ms', 5, '2ms')],
    outputs: '{ text: final.text }',
  },
  'llm-parallel': {
    inputs: SPEC,
    nodes: [`{ parallel: [${llm('a', '30ms', 10, '3ms')}, ${llm('b', '30ms', 10, '2ms')}] }`],
    outputs: '{ a: a.text, b: b.text }',
  },
}

/** A workflow of the lab as the simulator plays it. Throws where there is none of that name. */
export function profileOfApp(name: string): Profile {
  const app = APPS[name]
  if (!app) throw new Error(`no profile plays the workflow ${name}`)
  const { inputs = '', nodes = [], outputs, more = '' } = app
  const all = [node('start', 'start', 'takes: 1ms'), ...nodes, node('end', 'end', 'takes: 1ms')]
  const yaml = `
description: "lab: ${name}"
apiKey: ${KEY}
inputs: [${inputs}]
times: { admission: 2ms, start: 5ms, between: 1ms, stop: 20ms }
close: { afterFinished: 20ms }
nodes: [${all.join(', ')}]
outputs: ${outputs}
${more}
`
  return parseProfile(yaml, name, `the profile of ${name}`)
}
