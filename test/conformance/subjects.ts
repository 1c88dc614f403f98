import { readFileSync } from 'node:fs'
import { setTimeout as after } from 'node:timers/promises'
import { type Simulator, startSimulator } from '../../src/simulator/server.ts'
import type { SeenReply } from '../contract/shape.ts'
import { type RecordedRequest, readRecording } from '../helpers/recordings.ts'
import { eventsOf, post, type RawRequest, rawCall } from '../simulator/raw-call.ts'
import { profileOfApp } from './apps.ts'
import type { Case } from './cases.ts'

/** Something that may be a Dify: the recordings themselves, the simulator, a server. */
export interface Subject {
  readonly name: string
  readonly kind: 'recordings' | 'simulator' | 'server'
  /** The reply to a case's request, or why it cannot be had here. */
  ask(one: Case): Promise<SeenReply | { readonly cannot: string }>
  close(): Promise<void>
}

/** A recorded reply as bytes. Throws where the connection ended without one. */
export function recordedReply(name: string): SeenReply {
  const { head, chunks } = readRecording(name).response
  if (!head) throw new Error(`${name} has no reply`)
  return { status: head.status, headers: head.headers, chunks: chunks.map(({ bytes }) => bytes) }
}

export const recordings = (): Subject => ({
  name: 'recordings',
  kind: 'recordings',
  ask: async ({ name }) => (readRecording(name).response.head ? recordedReply(name) : { cannot: 'the connection ended without a reply' }),
  close: async () => {},
})

/** One simulator for each workflow of the lab, started when it is first asked for. */
export function simulators(): Subject {
  const running = new Map<string, Promise<Simulator>>()
  return {
    name: 'simulator',
    kind: 'simulator',
    async ask(one) {
      if (one.only) return { cannot: one.only }
      if (one.simulator && 'cannot' in one.simulator) return one.simulator
      const profileName = one.simulator?.profile ?? one.app
      const place = async (app: string) => {
        const profile = profileOfApp(app)
        // With one seed the runs of two workflows would have the same ids.
        if (!running.has(app)) running.set(app, startSimulator({ profile, seed: running.size + 1 }))
        return { base: (await running.get(app)!).url, key: profile.apiKey! }
      }
      return askAgain(one, (app) => place(app === one.app ? profileName : app))
    },
    async close() {
      for (const simulator of running.values()) await (await simulator).close()
    },
  }
}

/** A server that has the lab's workflows. `keys`: the API key of each that is known, by the workflow's name. */
export const server = (base: string, keys: Readonly<Record<string, string>>): Subject => ({
  name: base,
  kind: 'server',
  async ask(one) {
    if (one.only) return { cannot: one.only }
    const missing = [one.app, one.prior?.app].find((app) => app !== undefined && keys[app] === undefined)
    if (missing !== undefined) return { cannot: `no key of the workflow ${missing} was given` }
    return askAgain(one, async (app) => ({ base, key: keys[app]! }))
  },
  close: async () => {},
})

/** Reads a keys file as `{ "echo": { "app_id": …, "key": "app-…" }, … }`. */
export function readKeys(file: string): Readonly<Record<string, string>> {
  const apps = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { readonly key: string }>
  return Object.fromEntries(Object.entries(apps).map(([name, { key }]) => [name, key]))
}

interface Place {
  readonly base: string
  readonly key: string
}

/** Sends a recorded request again, after what has to come before it. */
async function askAgain(one: Case, placeOf: (app: string) => Promise<Place>): Promise<SeenReply> {
  const place = await placeOf(one.app)
  const recorded = readRecording(one.name).request
  const swaps: [string, string][] = one.fresh === undefined ? [] : [[one.fresh, `${Date.now()}${Math.random()}`]]
  if (one.prior) swaps.push(...(await before(one.prior, await placeOf(one.prior.app ?? one.app), recorded)))
  const sent = requestOf(recorded, { key: one.name === 'error-invalid-token' ? `app-${'0'.repeat(24)}` : place.key, swaps })
  return exchange(place, sent, one.stopAt)
}

/** Makes a run or an upload, and says which recorded ids its own take the places of. */
async function before(prior: NonNullable<Case['prior']>, place: Place, later: RecordedRequest): Promise<[string, string][]> {
  const stopAt = /stopped/.test(prior.recording) ? (prior.recording.includes('llm') ? '"text_chunk"' : '"node_id":"http"') : undefined
  const reply = await exchange(place, requestOf(readRecording(prior.recording).request, { key: place.key, swaps: [] }), stopAt)
  const body = Buffer.concat(reply.chunks).toString()
  // The run is written down a moment after its last event has left.
  await after(300)
  if (prior.gives === 'upload') {
    const id = String(JSON.parse(body).id)
    return [...(later.body ?? '').matchAll(/"upload_file_id": ?"([0-9a-f-]{36})"/g)].map(([, recorded]) => [recorded!, id])
  }
  const started = eventsOf(body).find(({ event }) => event === 'workflow_started')!
  const id = { run: started.workflow_run_id, task: started.task_id, workflow: String(started.data.workflow_id) }[prior.gives]
  const recorded = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/.exec(later.path)?.[0]
  return recorded === undefined ? [] : [[recorded, id]]
}

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgAAACAAAB4iG8MwAAAABJRU5ErkJggg==', 'base64')

/** A recorded request with another key and other ids. A body that could not be recorded as text is an upload of one pixel. */
function requestOf(
  { method, path, headers, body }: RecordedRequest,
  { key, swaps }: { readonly key: string; readonly swaps: readonly [string, string][] },
): RawRequest {
  const swap = (text: string) => swaps.reduce((swapped, [from, to]) => swapped.replaceAll(from, to), text)
  const { Host: _, 'Content-Length': __, ...kept } = headers
  const own = Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, value.replace('app-REDACTED', key)]))
  return { method, path: swap(path), headers: own, body: body?.startsWith('<') ? uploadOf(PNG) : swap(body ?? '') }
}

function uploadOf(file: Buffer): Buffer {
  const part = (head: string, content: Buffer | string) => [
    Buffer.from(`--labboundary7f3a\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]
  const parts = [...part('name="user"', 'lab-user'), ...part('name="file"; filename="dot.png"\r\nContent-Type: image/png', file)]
  return Buffer.concat([...parts, Buffer.from('--labboundary7f3a--\r\n')])
}

/** Leaves at the terminal event: a server holds a refused stream for 300 s. */
const TERMINAL = /"event": ?"(workflow_finished|workflow_paused|error)".*\n\n$/

/** The longest recorded run that a server is asked for takes 12 s. */
const PATIENCE = 60_000

async function exchange({ base, key }: Place, request: RawRequest, stopAt: string | undefined): Promise<SeenReply> {
  let stopped: Promise<unknown> | undefined
  const reply = rawCall(base, request, {
    until(body) {
      const task = stopAt !== undefined && body.includes(stopAt) ? /"task_id":"([^"]+)"/.exec(body)?.[1] : undefined
      if (task) {
        const stop = post(`${new URL(base).pathname}/workflows/tasks/${task}/stop`, { user: 'lab-user' })
        stopped ??= rawCall(base, { ...stop, headers: { ...stop.headers, Authorization: `Bearer ${key}` } })
      }
      return TERMINAL.test(body)
    },
  })
  const whole = await Promise.race([reply, after(PATIENCE, undefined, { ref: false })])
  if (!whole) throw new Error(`no end within ${PATIENCE / 1000} s`)
  await stopped
  return whole
}
