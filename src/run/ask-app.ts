import type { AppInfo, Variable } from '../core/app.ts'
import { TargetError } from '../core/errors.ts'
import type { Plan } from '../core/plan.ts'
import { seconds } from '../core/units.ts'
import { readAppInfo } from '../dify/app.ts'
import { parseObject } from '../dify/reply.ts'
import { apiHeaders, INFO_PATH } from '../dify/request.ts'
import { call } from '../http/call.ts'
import { createTransport } from '../http/connections.ts'
import { type AskOptions, approach } from './approach.ts'
import type { Host } from './guard.ts'
import { preflight } from './preflight.ts'

const LIMIT = seconds(10)

/** A workflow app as its server describes it. */
export interface App {
  readonly info: AppInfo
  readonly variables: readonly Variable[]
  readonly version?: string
  readonly host: Host
}

/**
 * Asks the server of a plan's `url` what its app is (`GET /parameters`, `GET /info`; nothing is spent). Throws a TargetError where it cannot
 * be asked, where it lists no inputs, and where the app is no workflow. A server that does not say what kind the app is, is believed.
 */
export async function askApp({ target }: Pick<Plan, 'target'>, options: AskOptions): Promise<App> {
  const url = new URL(target.url ?? '')
  const { host, settings } = await approach(url, target, options)
  const transport = createTransport({ ...settings, connections: 'fresh' }, options.clock, { opened: () => {}, closed: () => {} })
  const { clock, apiKey, headers } = options
  try {
    const { variables, version } = await preflight({ transport, clock, url, apiKey, headers })
    const path = url.pathname.replace(/\/$/, '') + INFO_PATH
    const { head, ending } = await call(transport, { method: 'GET', path, headers: apiHeaders(apiKey, headers) }, { timeout: LIMIT, clock })
    const info = readAppInfo(head?.status === 200 && ending.kind === 'reply' ? parseObject(ending.body) : undefined)
    if (info.mode !== undefined && info.mode !== 'workflow')
      throw new TargetError(
        `The key is that of ${info.name === undefined ? 'an app' : `the app "${info.name}"`} of the kind ${info.mode}, and flowbench loads workflows.`,
        'Set DIFY_API_KEY to the key of a workflow app, as Dify shows it under API access.',
      )
    if (variables === undefined)
      throw new TargetError(
        `${url.href} does not say which inputs the app takes (no user_input_form in GET /parameters).`,
        'Check that the address is the API base of a Dify; or write the scenario by hand, from one in scenarios/.',
      )
    return { info, variables, host, ...(version !== undefined && { version }) }
  } finally {
    transport.close()
  }
}
