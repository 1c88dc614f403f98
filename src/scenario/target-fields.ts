import { z } from 'zod'
import { listField, mappingField, textField, wordField, yesNoField } from './forms.ts'

/** How replies come. */
export const MODES = ['streaming', 'blocking'] as const

/** Whom the runs are sent to, and how. */
export const target = {
  url: textField(
    'Write the API base as Dify shows it, such as http://127.0.0.1:5001/v1.',
    'The API base as Dify shows it; either this or simulator.',
    {
      examples: ['http://127.0.0.1:5001/v1', `\${DIFY_URL}`],
    },
  ),
  simulator: textField(
    'Write the name of a profile such as llm, or a profile file such as ./mine.yaml.',
    'Instead of url: the built-in simulator with this profile (a name or a file), in a process of its own.',
    { examples: ['llm', 'steady', './mine.yaml'] },
  ),
  apiKey: textField(
    `Write \${DIFY_API_KEY} and set that variable in the environment.`,
    "The app's key, as a reference to an environment variable.",
    {
      examples: [`\${DIFY_API_KEY}`],
    },
  ),
  workflowId: textField(
    'Write the id of a published version in quotes, such as "7c3e33d4-7d5e-4a43-9a5c-2f0a2f6f7a10".',
    'The id of a published version to run instead of the current one.',
    { examples: ['7c3e33d4-7d5e-4a43-9a5c-2f0a2f6f7a10'] },
  ),
  mode: wordField(MODES, 'How replies come; a phase may say otherwise.', { default: 'streaming' }),
  connections: wordField(
    ['auto', 'reuse', 'fresh'],
    'reuse: kept alive; fresh: one per run; auto: reuse where a Server or Via header tells of a proxy, else fresh.',
    { default: 'auto' },
  ),
  trace: wordField(
    ['unsampled', 'sampled', 'off'],
    'A trace id for each run, in X-Trace-Id and traceparent. sampled: asks the server to record it; off: none is sent.',
    { default: 'unsampled' },
  ),
  headers: mappingField(
    z.string({ error: 'Write a text, in quotes where it looks like a number.' }),
    'Write a mapping such as { X-Env: staging }.',
    'Headers sent with every request.',
    {
      examples: [{ 'X-Env': 'staging' }],
    },
  ),
  ca: textField(
    'Write the path of a PEM file such as ./ca.pem.',
    'A PEM file with the certificate authorities to trust besides the usual ones.',
  ),
  insecure: yesNoField('true: certificates are not checked, and the report says so in red.', { default: false }),
  allow: listField(
    z.string({ error: 'Write a host such as dify.staging.internal.' }),
    'Write a list of hosts such as [dify.staging.internal].',
    'Hosts that may be loaded where nobody can be asked.',
    {
      default: [],
    },
  ),
  sharedCloudAllowed: yesNoField('true: a shared cloud may be loaded above 2 runs/s or 5 in flight.', { default: false }),
}
