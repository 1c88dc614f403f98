import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { TargetError } from '../core/errors.ts'
import type { TruthLine } from '../core/truth.ts'
import type { Micros } from '../core/units.ts'
import { detailPage, infoPage, logsPage, META_PAGE, parametersPage, sitePage } from './app-pages.ts'
import type { Connection } from './connections.ts'
import { isUuid } from './ids.ts'
import { type BegunRun, createModel, type ModelStats } from './model.ts'
import { checkInputs, readJson, readPayload, readUser } from './payload.ts'
import { startPreciseClock } from './precise-clock.ts'
import type { Profile } from './profile-schema.ts'
import { type Answer, behindProxy, json, NOT_FOUND, refusal, sendAnswer, WRONG_METHOD } from './replies.ts'
import { createRunExchange } from './run-exchange.ts'
import { readFiles } from './run-files.ts'
import type { RunRecord } from './run-record.ts'
import { openTruthLog } from './truth-log.ts'
import { createUploads } from './upload.ts'

export interface SimulatorOptions {
  readonly profile: Profile
  /** Loopback unless told otherwise. */
  readonly host?: string
  /** 0, the default, takes any that is free. */
  readonly port?: number
  readonly seed?: number
  readonly truthFile?: string
}

export interface Simulator {
  /** The API base, such as `http://127.0.0.1:43117/v1`. */
  readonly url: string
  /** Cuts what is open, writes the truth log to its end, and resolves once the port is free. */
  close(): Promise<void>
  stats(): SimulatorStats
}

export interface SimulatorStats extends ModelStats {
  /** Requests under /v1, whatever came of them. */
  readonly requests: number
  readonly runRequests: number
  readonly connections: number
}

/** A request for a run: the body's fields, and the id of the version to run. */
interface Asked {
  readonly fields: Readonly<Record<string, unknown>>
  readonly version: string
}

/** Holds the largest file that may be uploaded. */
const LARGEST_BODY = 101 * 1024 * 1024

/** Starts a Dify workflow app of known speed. Throws a TargetError where the address cannot be listened on. */
export async function startSimulator({ profile, host = '127.0.0.1', port = 0, seed = 1, truthFile }: SimulatorOptions): Promise<Simulator> {
  const truth = truthFile === undefined ? undefined : openTruthLog(truthFile)
  const clock = startPreciseClock()
  const model = createModel(profile, clock, { seed, wallZero: clock.zeroWall })
  const wall = (at: number) => Math.floor((clock.zeroWall + at / 1e3) / 1e3)
  const sockets = new Map<Socket, { readonly connection: Connection; exchanges: number }>()
  const open = new Map<number, () => TruthLine>()
  const uploads = createUploads(seed)
  let [requests, runRequests] = [0, 0]

  const stats = (): SimulatorStats => ({ requests, runRequests, connections: sockets.size, ...model.stats() })

  function beginRun(response: ServerResponse, socket: Socket, { fields, version }: Asked): void {
    const { connection, exchanges } = sockets.get(socket)!
    const read = readPayload(fields)
    if ('refused' in read) return answer(response, connection, () => read.refused)
    const { mode, user, inputs: given, files: named } = read.payload
    const checked = checkInputs(profile.inputs, given)
    const { inputs, files, problem } = readFiles(profile.inputs, { inputs: checked.inputs, files: named }, { uploads, user })
    const refused = checked.problem ?? problem
    const exchange = createRunExchange(response, {
      mode,
      cut: profile.cut,
      connection: exchanges > 1 ? 'reused' : 'fresh',
      over(record) {
        open.delete(record.n)
        truth?.write(truthLine(record))
      },
    })
    const truthLine = ({ n, outcome, identity, arrived, left }: RunRecord): TruthLine => ({
      n,
      mode,
      outcome,
      workflow_run_id: identity.runId,
      task_id: identity.taskId,
      arrived: arrived + clock.zeroMonotonic,
      events: exchange.left,
      ...(left !== undefined && { left: left + clock.zeroMonotonic }),
    })
    const run: BegunRun = model.begin(
      { mode, user, version, inputs, files, connection, ...(refused !== undefined && { refusal: refused }) },
      exchange,
    )
    open.set(run.record.n, () => ({ ...truthLine(run.record), open: true }))
    response.once('close', () => run.leave())
  }

  /** Answers once the connection is served: a full or frozen server delays everything. */
  function answer(response: ServerResponse, connection: Connection, make: (at: Micros) => Answer): void {
    connection.whenServed((at) => {
      if (!response.destroyed) sendAnswer(response, make(at))
    })
  }

  function route(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const url = new URL(request.url ?? '/', 'http://simulator')
    const socket = request.socket
    const client = sockets.get(socket)
    if (url.pathname === '/simulator/stats') return void response.end(`${JSON.stringify(stats())}\n`)
    if (!client) return void socket.destroy()
    const { connection } = client
    client.exchanges++
    requests++
    const path = url.pathname.startsWith('/v1/') ? url.pathname.slice(3) : undefined
    const reply = (make: Answer | ((at: Micros) => Answer)) => answer(response, connection, typeof make === 'function' ? make : () => make)
    const found = path === undefined ? undefined : findRoute(path)
    if (!found) return reply(NOT_FOUND)
    if (request.method !== found.method) return reply(WRONG_METHOD)
    const unauthorised = checkKey(request.headers.authorization, profile.apiKey)
    if (unauthorised) return reply(unauthorised)
    if (found.name === 'upload') return reply((at) => uploads.answer(request.headers['content-type'], body, wall(at)))
    if (found.method === 'GET') {
      switch (found.name) {
        case 'parameters':
          return reply(parametersPage(profile))
        case 'info':
          return reply(infoPage(profile))
        case 'site':
          return reply(sitePage(profile))
        case 'meta':
          return reply(META_PAGE)
        case 'logs':
          return reply(() => logsPage(model, url.searchParams, wall))
        default:
          return reply(() => detailPage(model, found.id, wall))
      }
    }
    const read = readJson(request.headers['content-type'], body.toString())
    if ('refused' in read) return reply(read.refused)
    if (found.name === 'stop') {
      const named = readUser(read.fields)
      if ('refused' in named) return reply(named.refused)
      return reply(() => {
        model.stop(found.id)
        return json({ result: 'success' })
      })
    }
    runRequests++
    if (found.id !== '' && !isUuid(found.id)) return reply(refusal(400, 'bad_request', `Invalid workflow_id format: '${found.id}'. `))
    const { workflowId } = model.identity
    const version = found.id === '' ? workflowId : found.id.toLowerCase()
    if (version !== workflowId && !profile.versions.includes(version))
      return reply(refusal(404, 'not_found', `Workflow not found with id: ${found.id}`))
    beginRun(response, socket, { fields: read.fields, version })
  }

  const server = createServer({ noDelay: true, keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    if (profile.proxy) behindProxy(response)
    const parts: Buffer[] = []
    let size = 0
    request.on('data', (part: Buffer) => {
      size += part.length
      if (size <= LARGEST_BODY) parts.push(part)
    })
    request.once('end', () => route(request, response, Buffer.concat(parts)))
  })
  server.on('connection', (socket) => {
    const connection = model.connect()
    sockets.set(socket, { connection, exchanges: 0 })
    socket.on('error', () => {})
    socket.once('close', () => {
      sockets.delete(socket)
      connection.close()
    })
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      clock.close()
      truth?.close()
      reject(
        new TargetError(
          `The simulator cannot listen on ${host}:${port}: ${error.code === 'EADDRINUSE' ? 'the port is taken' : error.message}.`,
          'Take another port with --port, or leave it away to get any that is free.',
          { cause: error },
        ),
      )
    })
    server.listen({ port, host, backlog: 4096 }, resolve)
  })
  const address = server.address() as AddressInfo
  const hostName = address.family === 'IPv6' ? `[${address.address}]` : address.address

  let closing: Promise<void> | undefined
  async function close(): Promise<void> {
    clock.close()
    for (const line of open.values()) truth?.write(line())
    truth?.close()
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets.keys()) socket.destroy()
    await closed
  }

  return {
    url: `http://${hostName}:${address.port}/v1`,
    stats,
    close() {
      closing ??= close()
      return closing
    },
  }
}

interface Route {
  readonly name: 'run' | 'stop' | 'detail' | 'parameters' | 'info' | 'site' | 'meta' | 'logs' | 'upload'
  readonly method: 'GET' | 'POST'
  readonly id: string
}

const ROUTES: readonly (readonly [Route['name'], Route['method'], RegExp])[] = [
  ['run', 'POST', /^\/workflows\/run()$/],
  ['logs', 'GET', /^\/workflows\/logs()$/],
  ['detail', 'GET', /^\/workflows\/run\/([^/]+)$/],
  ['stop', 'POST', /^\/workflows\/tasks\/([^/]+)\/stop$/],
  ['run', 'POST', /^\/workflows\/([^/]+)\/run$/],
  ['parameters', 'GET', /^\/parameters()$/],
  ['info', 'GET', /^\/info()$/],
  ['site', 'GET', /^\/site()$/],
  ['meta', 'GET', /^\/meta()$/],
  ['upload', 'POST', /^\/files\/upload()$/],
]

function findRoute(path: string): Route | undefined {
  for (const [name, method, pattern] of ROUTES) {
    const id = pattern.exec(path)?.[1]
    if (id !== undefined) return { name, method, id }
  }
  return undefined
}

function checkKey(header: string | undefined, apiKey: string | undefined): Answer | undefined {
  const [scheme, key] = (header ?? '').trim().split(/\s+/)
  if (!scheme || !key) return refusal(401, 'unauthorized', "Authorization header must be provided and start with 'Bearer'")
  if (scheme.toLowerCase() !== 'bearer') return refusal(401, 'unauthorized', "Authorization scheme must be 'Bearer'")
  if (apiKey !== undefined && key !== apiKey) return refusal(401, 'unauthorized', 'Access token is invalid')
  return undefined
}
