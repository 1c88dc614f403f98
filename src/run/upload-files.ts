import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Variable } from '../core/app.ts'
import { TargetError, UsageError } from '../core/errors.ts'
import type { PlannedFile } from '../core/file.ts'
import type { Plan } from '../core/plan.ts'
import { keyed } from '../core/random.ts'
import { createRedactor } from '../core/redact.ts'
import { seconds } from '../core/units.ts'
import { addFiles } from '../dify/file-value.ts'
import { oneLine, readRefusal } from '../dify/reply.ts'
import { apiHeaders } from '../dify/request.ts'
import { readUploadId, UPLOAD_PATH, uploadBody } from '../dify/upload.ts'
import { call } from '../http/call.ts'
import { createTransport } from '../http/connections.ts'
import type { WireRecord } from '../http/exchange.ts'
import { createDraw } from '../scenario/draw.ts'
import { fileKey, type UploadNeed, uploadNeeds } from '../scenario/file-users.ts'
import { generateFile } from '../scenario/generate-file.ts'
import type { Upload } from '../store/read-lines.ts'
import type { Draw } from './dispatch.ts'
import { Stopped } from './stopped.ts'
import { startSystemClock } from './system-clock.ts'
import type { Target } from './target.ts'

/** How far the uploads before a run are. */
export interface UploadProgress {
  readonly done: number
  readonly of: number
  /** Of the files that are done. */
  readonly bytes: number
}

export interface UploadOptions {
  /** The run's id, which users may name. */
  readonly run: string
  readonly headers: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  /** Ends it at once; it then throws. */
  readonly signal: AbortSignal
  readonly signalName: () => string | undefined
  /** Told before the first file and after each; never where there is none. */
  readonly told: (progress: UploadProgress) => void
}

/** For one file: a large one on a slow line takes its time. */
const LIMIT = seconds(300)

/**
 * Uploads every file that the plan's runs need, one after another, once for each user. It is over before a run's clock starts, so nothing of
 * it is in any metric. Throws a TargetError with the server's words where one is refused, and `Stopped` after a signal.
 */
export async function uploadFiles({ plan, base, settings, apiKey }: Target, options: UploadOptions): Promise<readonly Upload[]> {
  const found = uploadNeeds(plan, { run: options.run })
  if (!found.ok) throw new UsageError(`${found.wrong}.`, found.right)
  const { needs } = found
  if (needs.length === 0) return []
  const { signal, told } = options
  const clock = startSystemClock()
  const transport = createTransport({ ...settings, connections: 'fresh' }, clock, { opened: () => {}, closed: () => {} })
  const cut = () => transport.close()
  signal.addEventListener('abort', cut, { once: true })
  const redact = createRedactor(options.secrets)
  const uploads: Upload[] = []
  const contents = contentsOf(plan)
  try {
    told({ done: 0, of: needs.length, bytes: 0 })
    for (const { user, file } of byFile(needs)) {
      if (signal.aborted) break
      const { contentType, body } = uploadBody(
        user,
        { name: file.name, content: contents(file) },
        `flowbench-${randomBytes(16).toString('hex')}`,
      )
      const headers = { ...apiHeaders(apiKey, options.headers), 'content-type': contentType }
      const answer = await call(transport, { method: 'POST', path: base + UPLOAD_PATH, headers, bytes: body }, { timeout: LIMIT, clock })
      if (signal.aborted) break
      uploads.push({ user, file: fileKey(file), name: file.name, size: file.size, id: idFrom(answer, file.name, redact) })
      told({ done: uploads.length, of: needs.length, bytes: uploads.reduce((sum, { size }) => sum + size, 0) })
    }
  } finally {
    signal.removeEventListener('abort', cut)
    transport.close()
    clock.close()
  }
  if (signal.aborted) throw new Stopped(options.signalName())
  return uploads
}

/** Draws for a plan whose files are uploaded: each run's inputs hold the ids that its user got. */
export function drawWithFiles(
  plan: Plan,
  {
    run,
    uploads,
    variables,
  }: { readonly run: string; readonly uploads: readonly Upload[]; readonly variables: readonly Variable[] | undefined },
): Draw {
  const draw = createDraw(plan, { run })
  const sets = new Map(plan.inputs.filter(({ files, requestFiles }) => files ?? requestFiles).map((set) => [set.name, set]))
  if (sets.size === 0) return draw
  const ids = new Map(uploads.map(({ user, file, id }) => [JSON.stringify([user, file]), id]))
  return (phase, n, place) => {
    const drawn = draw(phase, n, place)
    const set = drawn && sets.get(drawn.inputSet)
    if (!drawn || !set) return drawn
    const idOf = (file: PlannedFile): string | undefined => {
      if (file.source === 'url') return undefined
      const id = ids.get(JSON.stringify([drawn.user, fileKey(file)]))
      // Every run was drawn beforehand: another user now is a bug, and would be a load of refusals.
      if (id === undefined) throw new Error(`no upload of ${file.name} for a user that runs have`)
      return id
    }
    return addFiles(drawn, set, { variables, idOf })
  }
}

/** All users of one file together, so that each file is read or made once. */
function byFile(needs: readonly UploadNeed[]): readonly UploadNeed[] {
  const groups = new Map<string, UploadNeed[]>()
  for (const one of needs) {
    const key = fileKey(one.file)
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [...groups.values()].flat()
}

/** The bytes of a file; the last one's are kept. Throws a UsageError where a file is not what it was when the plan was made. */
function contentsOf({ seed }: Pick<Plan, 'seed'>): (file: UploadNeed['file']) => Uint8Array {
  let last: { readonly key: string; readonly bytes: Uint8Array } | undefined
  return (file) => {
    const key = fileKey(file)
    if (last?.key !== key)
      last = { key, bytes: file.source === 'path' ? readAgain(file) : generateFile(file.format, file.size, keyed(seed, 'file', file.name)) }
    return last.bytes
  }
}

function readAgain({ path, sha256 }: Extract<PlannedFile, { source: 'path' }>): Uint8Array {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    throw new UsageError(
      `The file ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
      'Check its permissions; nothing was sent.',
      { cause: error },
    )
  }
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw new UsageError(`The file ${path} has changed since the plan was made.`, 'Run the command again; no load was sent.')
  return bytes
}

function idFrom({ head, ending }: WireRecord, name: string, redact: (text: string) => string): string {
  const hint = 'No load was sent. Files that went up before it stay on the server: its API cannot remove them.'
  if (ending.kind !== 'reply') throw new TargetError(`The file ${name} could not be uploaded: ${howItEnded(ending)}.`, hint)
  const status = head?.status ?? 0
  const id = status === 200 || status === 201 ? readUploadId(ending.body) : undefined
  if (id !== undefined) return id
  const said =
    status >= 300
      ? readRefusal(status, redact(ending.body), head?.headers['location']).detail
      : `${status} ${oneLine(redact(ending.body)).slice(0, 80)}`
  throw new TargetError(`The server refuses the file ${name}: ${said ?? status}.`, hint)
}

function howItEnded(ending: Exclude<WireRecord['ending'], { kind: 'reply' }>): string {
  switch (ending.kind) {
    case 'timed-out':
      return `no answer within ${LIMIT / 1e6} s`
    case 'failed':
      return `the connection broke (${ending.failure.code})`
    case 'bad-reply':
      return ending.detail
    default:
      return 'the answer was none'
  }
}
