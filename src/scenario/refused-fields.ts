import type { FieldPath } from './problem.ts'

export interface Refusal {
  readonly path: FieldPath
  readonly wrong: string
  readonly right: string
}

/** Every use in the data of what no server can answer: refused in a sentence, never ignored. */
export function refusedFields(data: unknown): readonly Refusal[] {
  const isDetail = typeof data === 'object' && data !== null && (data as { readonly nodes?: unknown }).nodes === 'detail'
  return isDetail
    ? [
        {
          path: ['nodes'],
          wrong: 'Dify’s service API tells nothing of single nodes once a run is over (up to 1.14.2), so there is nothing to fetch',
          right: 'Write nodes: stream, or remove the line; in streaming mode the nodes come with the events.',
        },
      ]
    : []
}
