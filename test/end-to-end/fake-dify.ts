import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'

/** A run request as it came. */
export interface RunRequest {
  /** Position among run requests, from 0. */
  readonly n: number
  readonly authorization: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly at: number
}

export interface FakeDify {
  /** API base. */
  readonly url: string
  readonly runs: readonly RunRequest[]
  /** Every other request, as `METHOD path`. */
  readonly others: readonly string[]
  /** How many connections it was asked for. */
  connections(): number
  close(): Promise<void>
}

export interface FakeBehaviour {
  readonly run: (request: RunRequest, response: ServerResponse) => void
  /** Answer to `GET /parameters`; that of an app without inputs where absent. */
  readonly parameters?: (authorization: string, response: ServerResponse) => void
  /** Address to listen on; loopback where absent. */
  readonly host?: string
}

/** A server that says it is a Dify app and does with runs whatever a test wants. */
export async function startFakeDify({ run, parameters = plainParameters, host }: FakeBehaviour): Promise<FakeDify> {
  const runs: RunRequest[] = []
  const others: string[] = []
  let connections = 0
  const server = createServer(async (request, response) => {
    const authorization = request.headers.authorization ?? ''
    if (request.method === 'POST' && request.url === '/v1/workflows/run') {
      const at = performance.now()
      const order = { n: runs.length, authorization, headers: request.headers, at, body: '' }
      runs.push(order)
      order.body = await bodyOf(request)
      return run(order, response)
    }
    await bodyOf(request)
    others.push(`${request.method} ${request.url}`)
    if (request.url?.startsWith('/v1/parameters')) return parameters(authorization, response)
    reply(response, 200, { result: 'success' })
  })
  server.on('connection', () => connections++)
  return { ...(await listen(server, host)), runs, others, connections: () => connections }
}

const plainParameters = (_: string, response: ServerResponse) => reply(response, 200, { user_input_form: [] })

/** Keeps servers until the file's tests are over, and closes them then; call it at the top of the file. */
export function createShelf(): <T extends { close(): Promise<void> }>(server: T) => T {
  const servers: { close(): Promise<void> }[] = []
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()))
  })
  return (server) => {
    servers.push(server)
    return server
  }
}

/** Starts any server at a port that is free, on loopback unless told otherwise. */
export async function listen(server: Server, host = '127.0.0.1'): Promise<{ readonly url: string; close(): Promise<void> }> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const part of request) body += part
  return body
}

export function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

/** A blocking reply's body, or the data of a stream's last event. */
export const runData = (id: string, more: Readonly<Record<string, unknown>> = {}) => ({
  id,
  workflow_id: 'flow',
  status: 'succeeded',
  outputs: {},
  error: null,
  elapsed_time: 0.01,
  total_tokens: 10,
  total_steps: 3,
  created_at: 1,
  finished_at: 2,
  ...more,
})

/** A whole run that works, in the mode that its body asks for. */
export function succeed({ n, body }: RunRequest, response: ServerResponse, data: Readonly<Record<string, unknown>> = {}): void {
  const id = `run-${n}`
  const ids = { workflow_run_id: id, task_id: `task-${n}` }
  if (JSON.parse(body).response_mode === 'blocking') return reply(response, 200, { ...ids, data: runData(id, data) })
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' })
  const tell = (event: string, fields: object) => response.write(`data: ${JSON.stringify({ event, ...ids, data: fields })}\n\n`)
  response.write('event: ping\n\n')
  tell('workflow_started', { id, workflow_id: 'flow' })
  tell('text_chunk', { text: 'hello', from_variable_selector: ['llm', 'text'] })
  tell('workflow_finished', runData(id, data))
  response.end()
}
