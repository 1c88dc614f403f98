import type { Expectation } from './expectation.ts'
import { REFUSALS } from './expected-refusals.ts'
import { REPLIES } from './expected-replies.ts'
import { STREAMS } from './expected-streams.ts'

/** One row for each recorded `POST …/run`. */
export const EXPECTATIONS: Readonly<Record<string, Expectation>> = { ...REFUSALS, ...REPLIES, ...STREAMS }

/** The recordings that are no run, by the reason why they have no row: no sample comes of them. */
export const NO_RUNS: Readonly<Record<string, readonly string[]>> = {
  'run detail': [
    'detail-after-client-closed-later',
    'detail-after-client-closed-running',
    'detail-failed',
    'detail-llm-stopped',
    'detail-llm',
    'detail-not-a-uuid',
    'detail-of-other-app',
    'detail-paused',
    'detail-running',
    'detail-stopped',
    'detail-succeeded',
    'detail-unknown',
  ],
  'no POST': ['error-unknown-path', 'error-wrong-method'],
  'rejoining a stream': ['events-of-finished-run', 'events-of-other-user', 'events-of-paused-run-snapshot'],
  'what an app is and has': [
    'get-info',
    'get-meta',
    'get-parameters-files',
    'get-parameters-unpublished',
    'get-parameters',
    'get-site',
    'get-workflow-logs-bad-limit',
    'get-workflow-logs-llm',
    'get-workflow-logs',
  ],
  'run logs': ['logs-after-blocking-api-killed', 'logs-after-blocking-client-closed'],
  'stopping a run': ['stop-no-user', 'stop-ok', 'stop-unknown-task'],
  'uploading a file': [
    'upload-blocked-extension',
    'upload-no-file',
    'upload-no-user',
    'upload-not-multipart',
    'upload-ok',
    'upload-too-large',
    'upload-unknown-extension',
    'upload-wrong-field',
  ],
}
