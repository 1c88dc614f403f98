import { readFileSync } from 'node:fs'
import { rootCertificates } from 'node:tls'
import type { Clock } from '../core/clock.ts'
import { UsageError } from '../core/errors.ts'
import type { TargetPlan } from '../core/plan.ts'
import type { ConnectionSettings } from '../http/connections.ts'
import { type Consent, guardHost, type Host, loopbackOnly, resolveHost } from './guard.ts'

export interface ApproachOptions {
  readonly env: NodeJS.ProcessEnv
  readonly ask?: Consent['ask'] | undefined
  readonly peak: Consent['peak']
}

/** What a request to the target needs besides the target itself. */
export interface AskOptions extends ApproachOptions {
  readonly apiKey: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly clock: Clock
}

/** A server that may be asked. */
export interface Approach {
  readonly host: Host
  readonly settings: Omit<ConnectionSettings, 'connections'>
}

/** Finds the host of an address and passes the guard. Nothing is sent yet. Throws a TargetError where it may not be loaded, a UsageError where the way is unsafe. */
export async function approach(url: URL, target: TargetPlan, { env, ask, peak }: ApproachOptions): Promise<Approach> {
  refuseUnsafeTls(env)
  const host = await resolveHost(url)
  const allowed = [...target.allow, ...(env['FLOWBENCH_ALLOW'] ?? '').split(',')]
  await guardHost(host, { allowed, sharedCloudAllowed: target.sharedCloudAllowed, ask, peak })
  const settings = {
    origin: url.origin,
    insecure: target.insecure,
    ...(target.ca !== undefined && { ca: readAuthority(target.ca) }),
    ...(host.loopback && { lookup: loopbackOnly }),
  }
  return { host, settings }
}

function refuseUnsafeTls(env: NodeJS.ProcessEnv): void {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
    throw new UsageError(
      'NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off where no report would show it.',
      'Unset it, and set target.insecure: true where that is wanted.',
    )
}

/** Authorities of the file, to be trusted besides those that Node brings. */
function readAuthority(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(
      `The certificate file ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      'Check the path in target.ca.',
      { cause: error },
    )
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new UsageError(`${path} holds no certificate in PEM form.`, 'Name a file that begins with -----BEGIN CERTIFICATE-----.')
  return [...rootCertificates, text].join('\n')
}
