// biome-ignore-all lint/suspicious/noTemplateCurlyInString: scenarios hold variables in texts
import { describe, expect, test } from 'vitest'
import { LEAST, refusal } from './folder.ts'

/** What is wrong: the file, then line:column, field, reason, way out. */
type Case = readonly [title: string, text: string, at: string, field: string, wrong: RegExp, right: RegExp]

const TARGET = 'target: { simulator: llm }\n'
const LOAD = 'load: [{ rate: 1/s, for: 1s }]\n'
const phase = (text: string) => `${TARGET}load:\n  - { ${text} }\n`
const target = (text: string) => `target:\n  ${text}\n${LOAD}`
const inputs = (text: string) => `${LEAST}inputs:\n  - { ${text} }\n`

const CASES: readonly Case[] = [
  ['an unknown key near a known one', `${LEAST}limts: {}\n`, '3:1', 'limts', /unknown key "limts"/, /Did you mean "limits"\?/],
  ['a key in the wrong case', target('simulator: llm\n  apikey: x'), '3:3', 'target.apikey', /unknown key "apikey"/, /"apiKey"/],
  ['a key that nobody knows', `${LEAST}frobnicate: 1\n`, '3:1', 'frobnicate', /unknown key/, /Known here: .*objectives/],
  ['an unknown key in a phase', phase('rate: 1/s, form: 1s'), '3:18', 'load.0.form', /unknown key "form"/, /"for"/],
  ['two letters exchanged', phase('raet: 1/s, for: 1s'), '3:7', 'load.0.raet', /unknown key "raet"/, /"rate"/],
  ['a duration with a blank', phase('rate: 1/s, for: 10 s'), '3:23', 'load.0.for', /"10 s" cannot be used/, /duration such as/],
  ['a duration without a unit', phase('rate: 1/s, for: 10'), '3:23', 'load.0.for', /10 cannot be used/, /duration such as/],
  ['a duration of minutes spelt out', `${LEAST}limits:\n  idle: 2 minutes\n`, '4:9', 'limits.idle', /"2 minutes"/, /2m/],
  ['a rate without a unit', phase('rate: 10, for: 1s'), '3:13', 'load.0.rate', /10 cannot be used/, /10\/s/],
  ['a rate per day', phase('rate: 10/d, for: 1s'), '3:13', 'load.0.rate', /"10\/d"/, /90\/m/],
  ['a rate of nothing', phase('rate: 0/s, for: 1s'), '3:13', 'load.0.rate', /rate of 0/, /above 0/],
  ['a ramp with three dots', phase('rate: 1/s...4/s, for: 1s'), '3:13', 'load.0.rate', /"1\/s...4\/s"/, /10\/s\.\.40\/s/],
  ['a concurrency of half a slot', phase('concurrency: 1.5, for: 1s'), '3:20', 'load.0.concurrency', /1\.5/, /whole number/],
  ['a concurrency of nobody', phase('concurrency: 0, for: 1s'), '3:20', 'load.0.concurrency', /0 cannot/, /from 1/],
  ['too many slots', phase('concurrency: 1..20000, for: 1s'), '3:20', 'load.0.concurrency', /too many/, /at most 10000/],
  ['rate and concurrency', phase('rate: 1/s, concurrency: 2, for: 1s'), '3:31', 'load.0.concurrency', /rate as well/, /not both/],
  ['neither rate nor concurrency', phase('name: idle, for: 1s'), '3:5', 'load.0', /neither a rate nor a concurrency/, /Add rate/],
  ['an open phase without a length', phase('rate: 1/s'), '3:5', 'load.0', /no length/, /for: 2m/],
  ['a closed phase without an end', phase('concurrency: 2'), '3:5', 'load.0', /no end/, /runs: 500/],
  ['a ramp of slots without a length', phase('concurrency: 1..4, runs: 9'), '3:20', 'load.0.concurrency', /needs a length/, /Add for/],
  ['runs in an open phase', phase('rate: 1/s, for: 1s, runs: 3'), '3:33', 'load.0.runs', /as many runs as its rate/, /limits\.runs/],
  ['thinking in an open phase', phase('rate: 1/s, for: 1s, think: 1s'), '3:34', 'load.0.think', /does not think/, /Remove think/],
  [
    'arrivals in a closed phase',
    phase('concurrency: 1, for: 1s, arrivals: poisson'),
    '3:42',
    'load.0.arrivals',
    /slot is free/,
    /Remove arrivals/,
  ],
  ['a phase of no length', phase('rate: 1/s, for: 0s'), '3:23', 'load.0.for', /no length/, /10s/],
  ['a phase of a year', phase('rate: 1/s, for: 9000h'), '3:23', 'load.0.for', /longer than 1000h/, /duration/],
  ['no phase at all', `${TARGET}load: []\n`, '2:1', 'load', /no phase/, /at least one phase/],
  ['nothing to load', TARGET, '1:1', 'load', /missing/, /load: \[/],
  ['only a warm-up', phase('rate: 1/s, for: 1s, measured: false'), '2:1', 'load', /No phase is measured/, /measured: false/],
  [
    'two phases of one name',
    `${TARGET}load:\n  - { name: a, rate: 1/s, for: 1s }\n  - { name: a, rate: 1/s, for: 1s }\n`,
    '4:13',
    'load.1.name',
    /earlier phase is called a/,
    /name of its own/,
  ],
  ['a name with blanks', phase('name: warm up, rate: 1/s, for: 1s'), '3:13', 'load.0.name', /"warm up"/, /letters, digits/],
  ['a mode that is none', target('simulator: llm\n  mode: stream'), '3:9', 'target.mode', /"stream"/, /streaming, blocking/],
  ['yes for true', target('simulator: llm\n  insecure: yes'), '3:13', 'target.insecure', /"yes"/, /true or false/],
  ['no target', LOAD, '1:1', 'target', /missing/, /simulator: llm/],
  [
    'a target without address',
    'target: { mode: blocking }\nload: [{ rate: 1/s, for: 1s }]\n',
    '1:1',
    'target',
    /neither a url nor a simulator/,
    /Add url/,
  ],
  [
    'url and simulator',
    'target: { url: http://h/v1, simulator: llm, apiKey: "${KEY}" }\n' + LOAD,
    '1:40',
    'target.simulator',
    /url as well/,
    /Keep one/,
  ],
  [
    'an address without a scheme',
    target('url: 127.0.0.1:5001/v1\n  apiKey: ${KEY}'),
    '2:8',
    'target.url',
    /no address|no http/,
    /http:\/\/127/,
  ],
  ['an address of files', target('url: file:///etc/passwd\n  apiKey: ${KEY}'), '2:8', 'target.url', /no http or https/, /http:\/\//],
  [
    'an address with a password',
    target('url: http://me:pw@h/v1\n  apiKey: ${KEY}'),
    '2:8',
    'target.url',
    /user name or password/,
    /apiKey/,
  ],
  ['an address with a query', target('url: http://h/v1?a=1\n  apiKey: ${KEY}'), '2:8', 'target.url', /query/, /question mark/],
  ['an address with a fragment', target('url: "http://h/v1#x"\n  apiKey: ${KEY}'), '2:8', 'target.url', /fragment/, /from the # on/],
  ['no key', target('url: http://h/v1'), '1:1', 'target.apiKey', /missing/, /DIFY_API_KEY/],
  [
    'a literal key',
    target('url: http://h/v1\n  apiKey: app-1234567890abcdef'),
    '3:11',
    'target.apiKey',
    /does not belong/,
    /\$\{DIFY_API_KEY\}/,
  ],
  [
    'a literal key as a default',
    target('url: http://h/v1\n  apiKey: ${NONE:-app-1234567890abcdef}'),
    '3:11',
    'target.apiKey',
    /does not belong/,
    /DIFY_API_KEY/,
  ],
  ['a key too short to be hidden', target('url: http://h/v1\n  apiKey: ${SHORT}'), '3:11', 'target.apiKey', /fewer than 8/, /app-/],
  [
    'a key with a line break',
    target('url: http://h/v1\n  apiKey: ${BROKEN}'),
    '3:11',
    'target.apiKey',
    /blank, a line break/,
    /copy the key again/,
  ],
  [
    'a variable that is not set',
    target('url: ${NONE}/v1\n  apiKey: ${KEY}'),
    '2:8',
    'target.url',
    /variable NONE is not set/,
    /\$\{NONE:-default\}/,
  ],
  ['a variable with a message', `${LEAST}user: \${NONE:?who are you}\n`, '3:7', 'user', /NONE is not set: who are you/, /export NONE/],
  ['a variable that is none', `${LEAST}user: "\${9}"\n`, '3:7', 'user', /begins no variable/, /\$\{NAME\}/],
  [
    'a header of our own',
    target('simulator: llm\n  headers: { Content-Length: "3" }'),
    '3:30',
    'target.headers.Content-Length',
    /set by flowbench/,
    /Remove/,
  ],
  [
    'a header with a line break',
    target('simulator: llm\n  headers: { X-A: "a\\nb" }'),
    '3:19',
    'target.headers.X-A',
    /line break/,
    /one line/,
  ],
  [
    'a header that is none',
    target('simulator: llm\n  headers: { "X A": b }'),
    '3:21',
    'target.headers.X A',
    /no name of a header/,
    /X-Env/,
  ],
  ['one header twice', target('simulator: llm\n  headers: { X-A: b, x-a: c }'), '3:27', 'target.headers.x-a', /twice/, /Keep one/],
  ['a number for a header', target('simulator: llm\n  headers: { X-A: 1 }'), '3:19', 'target.headers.X-A', /cannot be used/, /quotes/],
  [
    'no certificate there',
    target('simulator: llm\n  ca: ./none.pem'),
    '3:7',
    'target.ca',
    /cannot be found \(ENOENT\)/,
    /relative to the folder/,
  ],
  [
    'a certificate elsewhere',
    target('simulator: llm\n  ca: /etc/hostname'),
    '3:7',
    'target.ca',
    /outside the folder|cannot be found/,
    /--allow-outside|relative/,
  ],
  [
    'a profile file that is none',
    target('simulator: ./none.yaml'),
    '2:14',
    'target.simulator',
    /cannot be found/,
    /relative to the folder/,
  ],
  ['an empty list of input sets', `${LEAST}inputs: []\n`, '3:1', 'inputs', /no input set/, /values/],
  ['an input set of nothing', inputs('name: a'), '4:5', 'inputs.0', /neither values nor a file/, /from: inputs/],
  ['inputs as a mapping', `${LEAST}inputs: { text: hi }\n`, '3:1', 'inputs', /a mapping cannot be used/, /list of input sets/],
  [
    'two input sets of one name',
    `${LEAST}inputs:\n  - { name: a, values: {} }\n  - { name: a, values: {} }\n`,
    '5:13',
    'inputs.1.name',
    /earlier input set is called a/,
    /name of its own/,
  ],
  [
    'an input set called like the sum of all',
    `${LEAST}inputs: [{ name: all, values: {} }]\n`,
    '3:18',
    'inputs.0.name',
    /called all/,
    /another name/,
  ],
  ['a weight of nothing', inputs('weight: 0, values: {}'), '4:15', 'inputs.0.weight', /0 cannot/, /above 0/],
  ['order without rows', inputs('values: {}, order: random'), '4:26', 'inputs.0.order', /needs rows/, /from:/],
  ['a file of inputs that is not there', inputs('from: none.csv'), '4:13', 'inputs.0.from', /cannot be found/, /relative to the folder/],
  [
    'a file of inputs outside',
    inputs('from: ../../../etc/hostname'),
    '4:13',
    'inputs.0.from',
    /outside the folder|cannot be found/,
    /--allow-outside|relative/,
  ],
  [
    'a template that is none',
    inputs('values: { a: "{{nonse}}" }'),
    '4:20',
    'inputs.0.values.a',
    /\{\{nonse\}\} is no template/,
    /\{\{nonce\}\}/,
  ],
  ['a template never closed', inputs('values: { a: "x {{n" }'), '4:20', 'inputs.0.values.a', /never closed/, /Close it/],
  ['a column without rows', inputs('values: { a: "{{row.x}}" }'), '4:20', 'inputs.0.values.a', /has none/, /from:/],
  [
    'a slot in an open phase',
    inputs('values: { a: { b: ["{{slot}}"] } }'),
    '4:26',
    'inputs.0.values.a.b.0',
    /closed phases only/,
    /\{\{n\}\}/,
  ],
  ['int the wrong way round', inputs('values: { a: "{{int 9 1}}" }'), '4:20', 'inputs.0.values.a', /lower first/, /\{\{int 1 100\}\}/],
  ['a template in the user', `${LEAST}user: u-{{slot}}\n`, '3:7', 'user', /closed phases only/, /\{\{n\}\}/],
  ['a limit of nothing', `${LEAST}limits: { connect: 0s }\n`, '3:20', 'limits.connect', /limit of 0/, /500ms/],
  [
    'timeouts of an unknown mode',
    `${LEAST}limits:\n  timeout: { streeming: 1m }\n`,
    '4:14',
    'limits.timeout.streeming',
    /unknown key/,
    /"streaming"/,
  ],
  [
    'a timeout of the wrong form in one mode',
    `${LEAST}limits:\n  timeout: { blocking: soon }\n`,
    '4:24',
    'limits.timeout.blocking',
    /"soon"/,
    /duration such as/,
  ],
  ['a timeout of neither form', `${LEAST}limits:\n  timeout: 30\n`, '4:12', 'limits.timeout', /30 cannot/, /one for each mode/],
  ['limits left empty', `${LEAST}limits:\n`, '3:1', 'limits', /nothing here/, /mapping with fields/],
  ['an outcome that cannot be accepted', `${LEAST}accept: [dropped]\n`, '3:10', 'accept.0', /"dropped"/, /partial/],
  ['a budget in words', `${LEAST}limits: { tokens: many }\n`, '3:19', 'limits.tokens', /"many"/, /whole number/],
  ['an objective that is none', `${LEAST}objectives:\n  - be fast\n`, '4:5', 'objectives.0', /be fast/, /response_time p95/],
  [
    'an objective on an unknown metric',
    `${LEAST}objectives: [respons_time p95 < 1s]\n`,
    '3:14',
    'objectives.0',
    /no metric/,
    /response_time/,
  ],
  [
    'an objective on an unknown phase',
    `${LEAST}objectives: [response_time p95 < 1s in phase-2]\n`,
    '3:14',
    'objectives.0',
    /no phase `phase-2`/,
    /phase-1/,
  ],
  [
    'an objective on an unknown input set',
    `${LEAST}objectives: [response_time p95 < 1s for x]\n`,
    '3:14',
    'objectives.0',
    /no input set `x`/,
    /inputs-1/,
  ],
  ['a share above one', `${LEAST}caveats: { ownCpu: 80 }\n`, '3:20', 'caveats.ownCpu', /80 cannot/, /80%/],
  ['a seed below zero', `${LEAST}seed: -1\n`, '3:7', 'seed', /-1/, /from 0 up/],
  [
    'a file in two ways',
    inputs('files: { a: { path: f.txt, url: https://h/a.pdf } }'),
    '4:16',
    'inputs.0.files.a',
    /more than one way/,
    /path:, url: and generate:/,
  ],
  ['a file in no way', inputs('files: { a: { type: image } }'), '4:16', 'inputs.0.files.a', /names no file/, /path:, url: and generate:/],
  [
    'a file that is not there',
    inputs('files: { a: none.pdf }'),
    '4:19',
    'inputs.0.files.a',
    /cannot be found \(ENOENT\)/,
    /relative to the folder/,
  ],
  ['a file outside', inputs('files: { a: /etc/hostname }'), '4:19', 'inputs.0.files.a', /outside the folder/, /--allow-outside/],
  ['a folder for a file', inputs('files: { a: . }'), '4:19', 'inputs.0.files.a', /no file/, /relative to the folder/],
  ['a file with a template', inputs('files: { a: "{{n}}.pdf" }'), '4:19', 'inputs.0.files.a', /take no templates/, /several input sets/],
  ['a number for a file', inputs('files: { a: 5 }'), '4:19', 'inputs.0.files.a', /5 cannot/, /generate: pdf/],
  ['a number in a list of files', inputs('files: { a: [5] }'), '4:20', 'inputs.0.files.a.0', /5 cannot/, /generate: pdf/],
  ['an empty list of files', inputs('files: { a: [] }'), '4:16', 'inputs.0.files.a', /There is no file/, /Name one/],
  ['an address of another kind', inputs('files: { a: ftp://h/a.pdf }'), '4:19', 'inputs.0.files.a', /no http or https/, /https:\/\//],
  [
    'an address of a file with a password',
    inputs('files: { a: "https://me:pw@h/a.pdf" }'),
    '4:19',
    'inputs.0.files.a',
    /holds a user name or password/,
    /needs none/,
  ],
  [
    'an address whose kind nobody can tell',
    inputs('files: { a: https://h/a }'),
    '4:19',
    'inputs.0.files.a',
    /kind of this file cannot be told from its address/,
    /type: document/,
  ],
  ['a format that cannot be made', inputs('files: { a: { generate: docx } }'), '4:31', 'inputs.0.files.a.generate', /"docx"/, /pdf, png/],
  ['a size without a unit', inputs('files: { a: { generate: pdf, size: 200 } }'), '4:42', 'inputs.0.files.a.size', /200 cannot/, /200kB/],
  [
    'a pdf too small to be one',
    inputs('files: { a: { generate: pdf, size: 20B } }'),
    '4:42',
    'inputs.0.files.a.size',
    /at least 800 bytes/,
    /100kB/,
  ],
  [
    'a file too large to be made',
    inputs('files: { a: { generate: txt, size: 200MB } }'),
    '4:42',
    'inputs.0.files.a.size',
    /larger than 100 MB/,
    /100kB/,
  ],
  [
    'a size of a file that is there',
    inputs('files: { a: { url: https://h/a.pdf, size: 1kB } }'),
    '4:49',
    'inputs.0.files.a.size',
    /Only a file that is made up/,
    /generate:/,
  ],
  [
    'a misspelt field of a file',
    inputs('files: { a: { generat: pdf } }'),
    '4:21',
    'inputs.0.files.a.generat',
    /unknown key "generat"/,
    /generate/,
  ],
  [
    'a kind that Dify has not',
    inputs('files: { a: { generate: pdf, type: pdf } }'),
    '4:42',
    'inputs.0.files.a.type',
    /"pdf"/,
    /image, document/,
  ],
  [
    'a value and a file',
    inputs('values: { a: 1 }, files: { a: { generate: pdf } }'),
    '4:34',
    'inputs.0.files.a',
    /among values: too/,
    /Keep one/,
  ],
  ['a request file that is none', inputs('requestFiles: [ftp://h/a.png]'), '4:22', 'inputs.0.requestFiles.0', /no http or https/, /https:/],
  [
    'a user that nobody knows beforehand, with files',
    `${inputs('files: { a: { generate: pdf } }')}user: "{{nonce}}"\n`,
    '5:7',
    'user',
    /\{\{nonce\}\} tells nobody/,
    /flowbench-\{\{run\}\}/,
  ],
  [
    'trace ids beside a header of its own',
    target('simulator: llm\n  trace: sampled\n  headers: { X-Trace-ID: mine }'),
    '3:10',
    'target.trace',
    /header X-Trace-ID as well/,
    /Keep one of/,
  ],
  [
    'a version that is no UUID',
    target('simulator: llm\n  workflowId: abc'),
    '3:15',
    'target.workflowId',
    /no id of a published version/,
    /version history/,
  ],
  ['one arm', `${LEAST}arms: { a: {} }\n`, '3:1', 'arms', /There is one arm/, /two arms/],
  ['arms as a list', `${LEAST}arms: [a, b]\n`, '3:1', 'arms', /a list cannot be used/, /Write a mapping/],
  ['an arm of nothing', `${LEAST}arms: { a: {}, b: }\n`, '3:16', 'arms.b', /nothing here/, /fields that differ/],
  ['an arm with a seed', `${LEAST}arms: { a: {}, b: { seed: 2 } }\n`, '3:21', 'arms.b.seed', /no seed of its own/, /as a whole/],
  ['an unknown key in an arm', `${LEAST}arms: { a: {}, b: { laod: [] } }\n`, '3:21', 'arms.b.laod', /unknown key/, /"load"/],
  [
    'an unknown key deep in an arm',
    `${LEAST}arms:\n  a: {}\n  b:\n    target: { mod: blocking }\n`,
    '6:15',
    'arms.b.target.mod',
    /unknown key "mod"/,
    /"mode"/,
  ],
  [
    'a phase of an arm',
    `${LEAST}arms:\n  a: {}\n  b:\n    load: [{ rate: 1/s, for: soon }]\n`,
    '6:30',
    'arms.b.load.0.for',
    /"soon" cannot/,
    /duration/,
  ],
  [
    'an arm without a key',
    `${LEAST}arms: { a: {}, b: { target: { url: http://h/v1 } } }\n`,
    '3:21',
    'arms.b.target.apiKey',
    /missing/,
    /Add apiKey/,
  ],
  ['capacity', `${LEAST}capacity: { axis: rate }\n`, '3:1', 'capacity', /yet/, /ramp/],
  ['a margin without a sign', `${LEAST}judge: { margin: 10 }\n`, '3:18', 'judge.margin', /10 cannot be used/, /such as 10%/],
  ['a margin of nothing', `${LEAST}judge: { margin: 0% }\n`, '3:18', 'judge.margin', /"0%"/, /above 0/],
  ['noise above the margin', `${LEAST}judge: { margin: 5%, noise: 6% }\n`, '3:29', 'judge.noise', /no less than the margin/, /smaller/],
  ['too few pairs', `${LEAST}judge: { pairs: 6 }\n`, '3:17', 'judge.pairs', /6 cannot/, /from 8 up/],
  ['odd pairs', `${LEAST}judge: { pairs: 9 }\n`, '3:17', 'judge.pairs', /9 pairs/, /even number/],
  ['a primary that is none', `${LEAST}judge: { primary: speed p95 }\n`, '3:19', 'judge.primary', /no metric `speed`/, /Metrics are/],
  ['failures as primary', `${LEAST}judge: { primary: failures }\n`, '3:19', 'judge.primary', /always compared/, /response_time p95/],
  ['node details', `${LEAST}nodes: detail\n`, '3:1', 'nodes', /nothing to fetch/, /nodes: stream/],
  ['a list for a scenario', '- 1\n', '1:1', '', /scenario is a mapping/, /target:/],
  ['a doubled key', `${LEAST}seed: 1\nseed: 2\n`, '4:1', '', /unique/, /Keep one/],
  ['an unknown tag', `${LEAST}name: !run x\n`, '3:7', '', /tag/i, /Remove the tag/],
  ['code in a tag', `${LEAST}name: !!js/function "x"\n`, '3:7', '', /tag/i, /Remove the tag/],
  ['a tab', 'target:\n\tsimulator: llm\n', '2:1', '', /tab/i, /spaces/],
  ['two documents', `${LEAST}---\nname: b\n`, '3:1', '', /multiple documents/i, /one document/],
  ['a bracket never closed', `${TARGET}load: [{ rate: 1/s\n`, '3:1', '', /YAML cannot be read/, /brackets/],
  ['__proto__ as a key', `${LEAST}__proto__: { strict: true }\n`, '3:1', '__proto__', /cannot be used/, /another name/],
  [
    '__proto__ deep in inputs',
    inputs('values: { a: { __proto__: 1 } }'),
    '4:22',
    'inputs.0.values.a.__proto__',
    /cannot be used/,
    /another name/,
  ],
  ['constructor as a key', `${LEAST}constructor: {}\n`, '3:1', 'constructor', /unknown key/, /Known here/],
  ['an endless number', inputs('values: { a: .inf }'), '4:17', 'inputs.0.values.a', /no number that JSON knows/, /finite/],
]

const ENV = { KEY: 'app-abcdefgh1234', SHORT: 'app-1', BROKEN: 'app-abcdefgh\n' }

describe('a wrong scenario file is refused with place, field, reason and way out', () => {
  test.each(CASES)('%s', (_title, text, at, field, wrong, right) => {
    const error = refusal(text, { env: ENV })
    const problem = error.problems.find((one) => one.field === field)
    expect(error.problems.map((one) => one.field)).toContain(field)
    expect(problem!.wrong).toMatch(wrong)
    expect(problem!.right).toMatch(right)
    expect(problem!.place).toMatchObject({ kind: 'file', line: Number(at.split(':')[0]), column: Number(at.split(':')[1]) })
    expect(error.message).toMatch(new RegExp(`scenario-\\d+\\.yaml:${at}  `))
    expect(error.exitCode).toBe(2)
    expect(error.problems).toHaveLength(1)
    expect(`${error.message}${error.hint}`).not.toMatch(/app-[a-f0-9]{4}|app-1|undefined|\[object/)
  })
})

test('all problems of a file come at once, in the order of its lines', () => {
  const error = refusal(
    [
      'target: { simulator: llm, mode: quick }',
      'user: ${NOBODY}',
      'inputs: [{ values: { a: "{{oops}}" } }]',
      'load:',
      '  - { name: a, rate: 1/s, for: soon }',
      '  - { name: a, concurrency: 2 }',
      'limits: { inFlght: 3, connect: 0s }',
      'objectives: [fast, failures < 1%]',
      'arms: {}',
    ].join('\n'),
  )
  expect(error.problems.map(({ field }) => field)).toEqual(
    [
      'target.mode',
      'user',
      'inputs.0.values.a',
      'load.0.for',
      'load.1.name',
      'load.1',
      'limits.inFlght',
      'limits.connect',
      'objectives.0',
      'arms',
    ].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)),
  )
  expect(error.message.match(/scenario-\d+\.yaml:/g)).toHaveLength(10)
})
const ORDER = [
  'target.mode',
  'user',
  'inputs.0.values.a',
  'load.0.for',
  'load.1',
  'load.1.name',
  'limits.inFlght',
  'limits.connect',
  'objectives.0',
  'arms',
]

test('what follows from a problem that is already named is not named again', () => {
  const { problems } = refusal(
    'target: { simulator: llm }\nload: [{ name: a, raet: 1/s, for: 1s }]\nobjectives: [response_time p95 < 1s in a]\n',
  )
  expect(problems.map(({ field }) => field)).toEqual(['load.0.raet'])
})

test('the source line is shown with a caret below the place', () => {
  const lines = refusal(`${LEAST}limits: { idle: soon }\n`).message.split('\n')
  expect(lines[1]).toBe('    3 | limits: { idle: soon }')
  expect(lines[2]!.indexOf('^')).toBe(lines[1]!.indexOf('soon'))
})

test('of a very long line the part around the place is shown', () => {
  const lines = refusal(`${LEAST}caveats: { ${'x: 1, '.repeat(1).padEnd(400)}ownCpu: 80 }\n`).message.split('\n')
  const at = lines.findIndex((line) => line.includes('80 }'))
  expect(lines[at]!.length).toBeLessThan(120)
  expect(lines[at + 1]!.indexOf('^')).toBe(lines[at]!.indexOf('80 }'))
})
