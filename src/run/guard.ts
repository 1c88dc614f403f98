import { lookup as resolveName } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { TargetError } from '../core/errors.ts'

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/** Whether an IP address is this machine's loopback (IPv4 mapped into IPv6 counts). */
export function isLoopback(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  const plain = mapped ?? address
  const family = isIP(plain)
  return family !== 0 && LOOPBACK.check(plain, family === 6 ? 'ipv6' : 'ipv4')
}

/** Services that many people share: a load test there is everybody's. */
const SHARED_CLOUDS = new Set(['api.dify.ai', 'cloud.dify.ai', 'upload.dify.ai'])
export const isSharedCloud = (host: string): boolean => SHARED_CLOUDS.has(host)

/** Above this a shared cloud is refused without `target.sharedCloudAllowed`. */
export const SHARED_CLOUD_LIMIT = { perSecond: 2, inFlight: 5 }

export interface Host {
  /** As the URL has it, lower case, without brackets and without the dot at the end. */
  readonly name: string
  readonly addresses: readonly string[]
  readonly loopback: boolean
}

/** The host that a URL names and what it resolves to. Throws a TargetError where it resolves to nothing. */
export async function resolveHost(url: URL): Promise<Host> {
  const name = url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase()
  const addresses = isIP(name) ? [name] : await resolved(name)
  return { name, addresses, loopback: addresses.every(isLoopback) }
}

function resolved(name: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    resolveName(name, { all: true }, (error, found) => {
      if (error || found.length === 0)
        reject(
          new TargetError(
            `The host ${name} cannot be found (${error?.code ?? 'no address'}).`,
            'Check target.url for a misspelt host name, and whether this machine can resolve it.',
          ),
        )
      else resolve(found.map(({ address }) => address))
    })
  })
}

export interface Consent {
  /** `target.allow` and FLOWBENCH_ALLOW together. */
  readonly allowed: readonly string[]
  readonly sharedCloudAllowed: boolean
  /** Asks a person; absent where nobody can be asked. */
  readonly ask?: ((host: Host) => Promise<boolean>) | undefined
  /** Most that the plan sends: runs per second of open phases, and exchanges in flight. */
  readonly peak: { readonly perSecond: number; readonly inFlight: number }
}

/** Lets load go to loopback; to another host only by consent. Throws a TargetError where it may not. */
export async function guardHost(host: Host, { allowed, sharedCloudAllowed, ask, peak }: Consent): Promise<void> {
  if (host.loopback) return
  if (
    isSharedCloud(host.name) &&
    !sharedCloudAllowed &&
    (peak.perSecond > SHARED_CLOUD_LIMIT.perSecond || peak.inFlight > SHARED_CLOUD_LIMIT.inFlight)
  )
    throw new TargetError(
      `${host.name} is shared by many people: more than ${SHARED_CLOUD_LIMIT.perSecond} runs a second or ${SHARED_CLOUD_LIMIT.inFlight} in flight are refused.`,
      'Lower the load, or, where its operator has agreed, set target.sharedCloudAllowed: true.',
    )
  if (allowed.some((name) => name.trim().toLowerCase() === host.name)) return
  if (ask && (await ask(host))) return
  throw new TargetError(
    `${host.name} (${host.addresses.join(', ')}) is not this machine, and nobody has agreed to load it.`,
    `Where you may load it, add it to the scenario (target.allow: [${host.name}]) or set FLOWBENCH_ALLOW=${host.name}.`,
  )
}

/** Name resolution at each connect that refuses anything but loopback: a name that is moved during a run must not take the load with it. */
export const loopbackOnly: LookupFunction = (name, options, callback) => {
  resolveName(name, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, '', 0)
    const stray = found.find(({ address }) => !isLoopback(address))
    if (stray)
      return callback(
        Object.assign(new Error(`${name} now resolves to ${stray.address}, off this machine`), { code: 'EACCES', syscall: 'lookup' }),
        '',
        0,
      )
    if (options.all) return callback(null, found)
    callback(null, found[0]!.address, found[0]!.family)
  })
}
