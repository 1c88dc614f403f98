import { nameOfFile, type PlannedFile } from '../core/file.ts'
import type { InputSet } from '../core/plan.ts'
import { writeSize } from '../core/units.ts'

/** What runs of an input set are sent as files, in words: each variable with its files, and those of the request itself. Empty where there are none. */
export const filesInWords = ({ files = {}, requestFiles = [] }: Pick<InputSet, 'files' | 'requestFiles'>): readonly string[] => [
  ...Object.entries(files).map(([variable, given]) => `${variable}: ${together([given].flat())}`),
  ...(requestFiles.length > 0 ? [`with the request: ${together(requestFiles)}`] : []),
]

/** An address as it may be shown around: what comes after a question mark is often a signature. */
const withoutQuery = (url: string): string => url.replace(/\?[^#]*/, '?…').replace(/#.*$/, '')

/** Of many the first three. */
function together(files: readonly PlannedFile[]): string {
  const told = files.slice(0, 3).map((file) => {
    if (file.source === 'url') return withoutQuery(file.url)
    return `${file.source === 'generated' ? 'made up ' : ''}${nameOfFile(file)} (${writeSize(file.size)})`
  })
  return told.join(' + ') + (files.length > 3 ? ` and ${files.length - 3} more` : '')
}
