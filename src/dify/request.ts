import type { Mode } from '../core/sample.ts'

/** What one workflow run is asked with. */
export interface RunOrder {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly mode: Mode
  readonly user: string
  /** The request's own files, beside its inputs. */
  readonly files?: readonly unknown[] | undefined
}

/** Body of a request for a run, as JSON text. */
export function runBody({ inputs, mode, user, files }: RunOrder): string {
  return JSON.stringify({ inputs, response_mode: mode, user, files })
}

/** Where a run is asked for: of the app's current version, or of the published one with this id. */
export const runPath = (workflowId?: string): string =>
  workflowId === undefined ? '/workflows/run' : `/workflows/${encodeURIComponent(workflowId)}/run`

export const PARAMETERS_PATH = '/parameters'
export const INFO_PATH = '/info'

/** Where the run of a task is stopped; the body names its user. */
export const stopPath = (taskId: string): string => `/workflows/tasks/${encodeURIComponent(taskId)}/stop`

/** Headers of every call to the service API. A compressed reply is not asked for: it would hide when an event's bytes came. */
export function apiHeaders(key: string | undefined, extra: Readonly<Record<string, string>>): Record<string, string> {
  return {
    'content-type': 'application/json',
    'accept-encoding': 'identity',
    ...extra,
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  }
}
