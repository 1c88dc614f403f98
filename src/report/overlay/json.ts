import type { Overlay } from '../../judge/overlay/overlay.ts'
import { jsonText } from '../json.ts'

/** Runs laid over each other as JSON: each with its label and all that its `run.json` holds, and the fields in which they differ, by label. */
export function overlayJson({ runs, differences, exitCode, exitReason }: Overlay): string {
  return jsonText({
    schema: 1,
    kind: 'overlay',
    exitCode,
    exitReason,
    runs: runs.map(({ label, summary }) => ({ label, ...summary })),
    differences: differences.map(({ field, values }) => ({
      field,
      values: Object.fromEntries(runs.map(({ label }, at) => [label, values[at] ?? null])),
    })),
  })
}
