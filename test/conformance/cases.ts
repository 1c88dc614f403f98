import { recordingNames } from '../helpers/recordings.ts'

/** How one recorded exchange is had again from a server. */
export interface Case {
  /** The recording's name. */
  readonly name: string
  /** The workflow of the lab that it was recorded on, by the name of its DSL file: it says which key is sent. */
  readonly app: string
  /** Why no server can be asked for it again: it came of something that was done to the server. */
  readonly only?: string
  /** What the simulator plays it with, where not with the profile of the app's name; or why it cannot. */
  readonly simulator?: { readonly profile: string } | { readonly cannot: string }
  /** What is done first, and which ids of that take the places of recorded ones. */
  readonly prior?: { readonly recording: string; readonly app?: string; readonly gives: 'run' | 'workflow' | 'task' | 'upload' }
  /** Stopped as soon as its stream says this. */
  readonly stopAt?: string
  /** Parallel nodes: any order will do. */
  readonly order?: 'any'
  /** Replaces a text of the body that must be new each time. */
  readonly fresh?: string
}

type Details = Omit<Case, 'name' | 'app'>

const DONE_TO_IT = {
  'the database pool was emptied by a burst': [
    'error-500-database-pool',
    'error-500-database-pool-streaming',
    'run-blocking-after-pool-stall',
  ],
  'the app was switched off': ['error-api-disabled'],
  'a limit of the server was set for it': [
    'error-over-app-limit-blocking',
    'run-blocking-app-max-execution-time',
    'run-streaming-app-max-execution-time',
    'run-streaming-over-app-limit',
    'run-streaming-workflow-max-steps',
    'run-streaming-workflow-max-time',
    'upload-too-large',
  ],
  'a process of the server was ended or missing': [
    'logs-after-blocking-api-killed',
    'run-blocking-api-killed',
    'run-blocking-no-worker',
    'run-streaming-api-killed',
    'run-streaming-api-sigterm',
    'run-streaming-no-worker',
    'run-streaming-worker-killed',
  ],
  'the client left, or other load was there': [
    'detail-after-client-closed-later',
    'detail-after-client-closed-running',
    'logs-after-blocking-client-closed',
    'run-streaming-client-closes',
    'run-streaming-queued-behind-4',
  ],
  'a relay cut the reply into pieces': ['run-streaming-llm-cut-into-16-bytes'],
  'it was asked in the midst of a run': ['detail-running'],
} as const

const NO_REJOINING = { cannot: 'GET /workflow/{id}/events is not served' }
const OTHER_APP = { cannot: 'one simulator is one published workflow app' }
const UPLOADED = { recording: 'upload-ok', gives: 'upload' } as const
const after = (recording: string, gives: NonNullable<Case['prior']>['gives'] = 'run') => ({ prior: { recording, gives } })

/** All that is not a plain request to the echo workflow. */
const BY_APP: Readonly<Record<string, Readonly<Record<string, Details>>>> = {
  echo: {
    'detail-succeeded': after('run-streaming-success'),
    'events-of-finished-run': { ...after('run-streaming-success'), simulator: NO_REJOINING },
    'events-of-other-user': { ...after('run-streaming-success'), simulator: NO_REJOINING },
    'run-by-workflow-id-ok': after('run-streaming-success', 'workflow'),
    'get-workflow-logs': after('run-streaming-success'),
  },
  'slow-http': {
    'detail-of-other-app': { prior: { recording: 'run-streaming-success', app: 'echo', gives: 'run' } },
    'detail-stopped': after('run-streaming-stopped'),
    'run-blocking-http-node-300ms': {},
    'run-streaming-http-node-300ms': {},
    'run-streaming-ping-12s': {},
    'run-streaming-stopped': { stopAt: '"node_id":"http"' },
    'stop-ok': after('run-streaming-stopped', 'task'),
  },
  'fail-code': {
    'detail-failed': after('run-streaming-failed-node'),
    'run-blocking-failed-node': {},
    'run-streaming-failed-node': {},
  },
  'fail-http-retry': { 'run-blocking-node-retry-exhausted': {}, 'run-streaming-node-retry-exhausted': {} },
  'retry-then-ok': { 'run-streaming-node-retry-ok': { fresh: '39f10bcb0aa54ad790f496b01737191a' } },
  'partial-default': { 'run-blocking-partial-succeeded': {}, 'run-streaming-partial-succeeded': {} },
  'partial-branch': {
    'run-streaming-partial-fail-branch': { simulator: { cannot: 'a failure takes a default, not a branch of its own' } },
  },
  branch: { 'run-streaming-branch': {} },
  parallel: {
    'run-streaming-parallel': { order: 'any' },
    'run-streaming-stopped-parallel': { stopAt: '"node_id":"h2"', order: 'any', simulator: { profile: 'parallel-slow' } },
  },
  iteration: { 'run-streaming-iteration-4': {}, 'run-streaming-iteration-0': { simulator: { profile: 'iteration-empty' } } },
  'iteration-parallel': { 'run-streaming-iteration-parallel': { order: 'any' } },
  loop: { 'run-streaming-loop': {} },
  'human-input': {
    'detail-paused': after('run-streaming-paused-human-input'),
    'events-of-paused-run-snapshot': { ...after('run-streaming-paused-human-input'), simulator: NO_REJOINING },
    'run-blocking-paused-human-input': {},
    'run-streaming-paused-human-input': {},
  },
  'template-unicode': { 'run-streaming-unicode-output': {} },
  'big-output': { 'run-streaming-output-20kb': {} },
  files: {
    'error-file-other-user': { prior: UPLOADED },
    'error-file-required-missing': {},
    'error-file-too-many': { prior: UPLOADED },
    'error-file-unknown-id': {},
    'error-file-wrong-type': { prior: UPLOADED },
    'error-file-wrong-type-blocking': {},
    'get-parameters-files': {},
    'run-blocking-file-uploaded-without-user': { prior: { recording: 'upload-no-user', gives: 'upload' } },
    'run-blocking-files-remote': { prior: UPLOADED },
    'run-streaming-files-local': { prior: UPLOADED },
    'upload-blocked-extension': {},
    'upload-no-file': {},
    'upload-no-user': {},
    'upload-not-multipart': {},
    'upload-ok': {},
    'upload-unknown-extension': {},
    'upload-wrong-field': {},
  },
  llm: {
    'detail-llm': after('run-streaming-llm'),
    'detail-llm-stopped': { ...after('run-streaming-llm-stopped'), simulator: { profile: 'llm-long' } },
    'get-workflow-logs-llm': after('run-streaming-llm'),
    'run-blocking-llm': {},
    'run-blocking-llm-rate-limited': { simulator: { profile: 'llm-failing' } },
    'run-streaming-llm': {},
    'run-streaming-llm-400-tokens': {},
    'run-streaming-llm-rate-limited': { simulator: { profile: 'llm-failing' } },
    'run-streaming-llm-reasoning': {},
    'run-streaming-llm-stopped': { stopAt: '"text_chunk"', simulator: { profile: 'llm-long' } },
    'run-streaming-stopped-other-answer': { stopAt: '"text_chunk"', simulator: { profile: 'llm-long' } },
  },
  'llm-chain': { 'run-streaming-llm-chain': {} },
  'llm-parallel': {
    'run-streaming-llm-parallel': { order: 'any' },
    'run-streaming-llm-parallel-error': { order: 'any', simulator: { cannot: 'a run ends with the first of its nodes that fails' } },
  },
  unpublished: {
    'error-not-published-blocking': { simulator: OTHER_APP },
    'error-not-published-streaming': { simulator: OTHER_APP },
    'get-parameters-unpublished': { simulator: OTHER_APP },
  },
  chatflow: { 'error-not-workflow-app': { simulator: OTHER_APP } },
}

/** One case for each recording. */
export const CASES: readonly Case[] = recordingNames().map((name): Case => {
  const only = Object.entries(DONE_TO_IT).find(([, names]) => (names as readonly string[]).includes(name))?.[0]
  const [app, details] = Object.entries(BY_APP).flatMap(([app, cases]) => (cases[name] ? [[app, cases[name]] as const] : []))[0] ?? [
    'echo',
    {},
  ]
  return { name, app, ...(only && { only }), ...details }
})
