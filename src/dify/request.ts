import type { Mode } from '../core/sample.ts'

/** What one workflow run is asked with. */
export interface RunOrder {
  readonly inputs: Readonly<Record<string, unknown>>
  readonly mode: Mode
  readonly user: string
}

/** Body of `POST /workflows/run`, as JSON text. */
export function runBody({ inputs, mode, user }: RunOrder): string {
  return JSON.stringify({ inputs, response_mode: mode, user })
}

export const RUN_PATH = '/workflows/run'
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
