/**
 * Which room may import which: an import points down or stays in its room. Checked by test/import-rules.mjs.
 * The simulator knows nothing of the client, not even its types: it judges it.
 */
const rooms = {
  core: [],
  stats: ['core'],
  load: ['core', 'stats'],
  dify: ['core', 'stats'],
  http: ['core', 'stats'],
  measure: ['core', 'stats', 'load'],
  store: ['core'],
  simulator: ['core'],
  judge: ['core', 'stats', 'measure'],
  report: ['core', 'stats', 'measure', 'judge'],
  scenario: ['core', 'stats', 'load', 'measure', 'judge', 'simulator'],
  run: ['core', 'stats', 'load', 'dify', 'http', 'measure', 'store', 'judge', 'report', 'scenario'],
  cli: ['core', 'stats', 'measure', 'judge', 'report', 'scenario', 'run', 'store', 'simulator'],
}

/** Libraries with one door each. */
const doors = {
  'hdr-histogram-js': '^src/measure/histogram\\.ts$',
  undici: '^src/http/',
  'eventsource-parser': '^src/http/',
  yargs: '^src/cli/',
  zod: '^src/(scenario|simulator)/',
  yaml: '^src/(scenario|simulator)/',
  'csv-stringify': '^src/report/',
  'csv-parse': '^src/scenario/',
  autocannon: '^src/run/calibrate/ask-witness\\.ts$',
}

const roomRules = Object.entries(rooms).map(([room, below]) => ({
  name: `${room}-imports-down`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: [room, ...below].map((name) => `^src/${name}/`) },
}))

const doorRules = Object.entries(doors).map(([library, door]) => ({
  name: `one-door-for-${library}`,
  severity: 'error',
  from: { path: '^src/', pathNot: door },
  to: { path: `^node_modules/${library}/` },
}))

/** Effects live at the rim: rooms of pure functions touch neither files nor sockets nor processes. */
const pure = {
  name: 'pure-rooms-have-no-effects',
  severity: 'error',
  from: { path: '^src/(core|stats|load|dify|measure|judge|report)/' },
  to: { path: '^(node:)?(fs|fs/promises|net|http|https|child_process|worker_threads|dns|tls|os|readline)$' },
}

module.exports = {
  forbidden: [
    ...roomRules,
    ...doorRules,
    pure,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-imports-main', severity: 'error', from: {}, to: { path: '^src/main\\.ts$' } },
    { name: 'src-knows-no-test', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    {
      name: 'no-development-library-in-src',
      severity: 'error',
      from: { path: '^src/' },
      // An optional peer, loaded where it is there: see docs/decisions/0038.
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'unknown'], pathNot: '^node_modules/autocannon/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node'] },
  },
}
