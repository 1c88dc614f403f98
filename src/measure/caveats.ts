import type { Caveat, CaveatKind } from '../core/caveat.ts'
import { unreachable } from '../core/errors.ts'
import type { Doubt, InputsMadeOf } from './doubts.ts'
import { counted, digits, percent, time } from './figures.ts'

/** Reasons that lie with the generator and make a run invalid. */
export const INVALIDATING: ReadonlySet<CaveatKind> = new Set(['generator-late', 'suspended', 'clock', 'books', 'generator-fault'])

/** A doubt in whole sentences: what is wrong, what it does to the numbers, what to do. */
export function toCaveat(doubt: Doubt): Caveat {
  return {
    kind: doubt.kind,
    text: explainDoubt(doubt),
    invalidates: INVALIDATING.has(doubt.kind),
    ...('phase' in doubt && doubt.phase !== undefined && { phase: doubt.phase }),
  }
}

/** How to send others, by what the inputs are made of. */
const OTHER_INPUTS: Readonly<Record<InputsMadeOf, string>> = {
  text: 'Put `{{nonce}}` into an input of text, or bring more rows.',
  files: 'All inputs are files, so bring more of those: several input sets, each with files of its own.',
  values: 'No input is a text, so draw a number (`{{int 1 1000000}}`) where the app takes one, or bring more rows.',
  nothing:
    'The scenario sends no inputs; give some to an app that takes any, or read the numbers as those of one question asked again and again.',
}

function explainDoubt(doubt: Doubt): string {
  switch (doubt.kind) {
    case 'generator-late':
      return `In phase ${doubt.phase} sends left up to ${time(doubt.lag)} late (p99), against a median ${doubt.metric} of ${time(doubt.p50)}. Times from the intended moment include that delay, so part of them is this machine's. Lower the load, or run the generator on a quieter machine.`
    case 'late-beside':
      return `In phase ${doubt.phase} sends left up to ${time(doubt.lag)} late (p99), against a median ${doubt.metric} of ${time(doubt.p50)}. What decides the comparison is long enough not to feel it, but ${doubt.metric} of this run is in part this machine's. Read its line with that in mind, or run the generator on a quieter machine.`
    case 'suspended':
      return `The generator stood still for ${time(doubt.gap)} until ${time(doubt.at)} into the run: the machine slept, or the process was stopped. Nothing was sent or seen meanwhile, and every exchange under way looks that much slower. Run it again and keep the machine awake.`
    case 'clock':
      return `Wall clock and monotonic clock drifted ${time(Math.abs(doubt.drift))} apart. Times within the run stand on the monotonic one, but neither can be trusted to tell how long a second is. Find out what sets this machine's clock, and run again.`
    case 'books':
      return `${doubt.text} ${doubt.bug ? 'That is a bug in flowbench, and no number of this run can be relied on. Please report it with the run folder.' : 'Numbers in flight cannot be relied on. Please report it with the run folder.'}`
    case 'generator-fault':
      return `${counted(doubt.count, 'exchange')} failed on this machine and never reached the target${doubt.detail === undefined ? '' : ` (${doubt.detail})`}. They are in no statistic, so the target saw less load than the numbers suggest. Raise the limit that was met (open files, local ports), or lower the load.`
    case 'loop-stalled':
      return `In phase ${doubt.phase} our own event loop was held up in ${counted(doubt.seconds, 'second')}: delay p99 up to ${time(doubt.p99)}, longest ${time(doubt.max)}. Moments that fell into it were noted late, so times of those seconds are too long. Lower the load, or run on a quieter machine.`
    case 'generator-busy':
      return `In phase ${doubt.phase} ${doubt.which === 'own' ? `flowbench used ${percent(doubt.cpu)} of a core` : `the machine had ${percent(doubt.idle ?? 0)} of its CPU left`}. A generator near its limit notes moments late and sends late, and the target gets the blame. Lower the load, or move the generator to a larger or quieter machine.`
    case 'sends-dropped':
      return `In phase ${doubt.phase} ${doubt.dropped} of ${doubt.intended} sends were dropped (${doubt.why}). The target saw less load than planned, so its latencies are kinder than they would have been; the dropped count as failures. Raise \`limits.inFlight\` to overload it on purpose, or lower the rate.`
    case 'few-samples':
      return `\`${doubt.objective}\` rests on ${counted(doubt.have, 'run')} in phase ${doubt.phase}, and ${doubt.needed} are the fewest to decide by. It stays undecided. Run longer or at a higher rate; ${doubt.needed} is a minimum, not enough to plan with.`
    case 'not-steady':
      if (doubt.of === 'beginning')
        return `In phase ${doubt.phase} the first ${counted(Math.round(doubt.seconds), 'second')} ${Math.round(doubt.seconds) === 1 ? 'was' : 'were'} ${digits(doubt.times)} times as slow as the median second, and none after. So are a server that has just started, and a burst; its percentiles mix that with what came later. Put a warm-up before it, of more than one run for each process, or let the load rise.`
      return `In phase ${doubt.phase} ${doubt.of} ${doubt.change > 0 ? 'rose' : 'fell'} by ${percent(Math.abs(doubt.change))} of its median from beginning to end. Its percentiles mix different states and depend on how long was measured. Put a longer warm-up before it, or look for what builds up.`
    case 'input-repeated':
      return `${doubt.count} of ${doubt.sent} requests carried a body that had been sent before. A cache may have answered them, and the numbers may be better than with inputs of their own. ${OTHER_INPUTS[doubt.inputs]}`
    case 'work-differs':
      if (doubt.of === 'path')
        return `In phase ${doubt.phase} ${percent(doubt.first)} of the runs in the first half and ${percent(doubt.second)} in the second took the same path through the workflow (${doubt.name}). The halves did not do the same work, and a change of speed between them may be one of the mix alone. The report compares them with each path weighed alike; shuffle the inputs to have one mix throughout.`
      return `In phase ${doubt.phase} runs took ${digits(doubt.first)} ${doubt.of} on average in the first half and ${digits(doubt.second)} in the second. The target did not do the same work throughout, so times of the halves cannot be compared. Shuffle the inputs, or fix what the workflow produces.`
    case 'stale-connections':
      return `${doubt.count} of ${counted(doubt.reused, 'exchange')} over kept connections met one that the server had just closed. They count as failures and are neither side's fault: the server keeps connections for less long than we do. Set \`target.connections: fresh\`, or raise the server's keep-alive.`
    case 'connections-linger':
      return `In phase ${doubt.phase} ${digits(doubt.open)} connections were open for ${digits(doubt.inFlight)} exchanges in flight (means). On a server with few connection slots a first byte may have waited for a slot that we held. ${doubt.kept ? 'Set `target.connections: fresh`, or lower' : 'They are streams that the server holds after the run has ended, as it does for every client; to hold fewer, lower'} \`limits.linger\` or the server's close delay.`
    case 'throttled':
      return `${doubt.count} of ${counted(doubt.intended, 'exchange')} were throttled.${doubt.retryAfter === undefined ? '' : ` The server asked to wait up to ${time(doubt.retryAfter)} (Retry-After), and no wait was made.`} The numbers show a limit that somebody set, not what the target can do. Raise the limit (\`APP_MAX_ACTIVE_REQUESTS\`, a quota), or stay below it.`
    case 'new-users':
      return `${doubt.users} different users were named. Each new one makes a row on the server, and that work is in the numbers. Use one \`user\` for the whole run unless that is what you measure.`
    case 'budget':
      return `${sentence(doubt.text)} Sending stopped before the plan's end, so the last phases are shorter than planned or missing. Raise the budget or bring more inputs for the whole plan.`
    case 'interrupted':
      return `The run was stopped before its end${doubt.text === '' ? '.' : `: ${sentence(doubt.text)}`} Numbers cover what was sent until then; what was still under way is in no statistic. Run it again for the whole plan.`
    case 'incomplete':
      return `The run was killed: its log has no end. What was under way then (${counted(doubt.killed, 'exchange')}) is in no statistic; everything that had finished is. Objectives are shown, not judged; run it again for a verdict.`
    case 'insecure':
      return 'Certificates were not checked (`insecure: true`). Anybody on the way could have answered in the target’s place, and could have read the API key. Name the certificate with `target.ca` instead.'
    case 'outputs-recorded':
      return 'The replies’ outputs are stored in the run folder (`record: [outputs]`). Whoever gets the folder can read them. Take it out of the scenario where replies are private.'
    case 'may-still-run':
      return explainStillRunning(doubt)
    case 'shards-apart':
      return `In phase ${doubt.phase} the ${doubt.shards} shards began up to ${time(doubt.apart)} apart by their wall clocks, which is ${percent(doubt.share)} of it. At both its ends the target saw a mixture of this phase and its neighbour, so its throughput and its numbers in flight may be off by up to that share; times of single runs stand on the clock of their own shard and are not touched. Start the shards closer together, and keep their clocks in step.`
    default:
      return unreachable(doubt)
  }
}

/** Text that ends as a sentence does. */
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)

function explainStillRunning({ running, untold, waiting, blocking, ids }: Extract<Doubt, { kind: 'may-still-run' }>): string {
  const all = running + untold + waiting
  const parts = [
    [running, 'by the server’s own word'],
    [untold, 'of which nothing was told'],
    [waiting, 'which may wait in its queue'],
  ] as const
  const told = parts.filter(([many]) => many > 0).map(([many, what]) => `${many} ${what}`)
  const cannot =
    blocking > 0
      ? ` ${blocking === all ? (all === 1 ? 'It is a blocking one' : 'All are blocking ones') : `${blocking} of them are blocking ones`}, which cannot be stopped.`
      : ''
  return `${counted(all, 'run')} whose end was not heard may still be running on the server: ${told.join(', ')}.${cannot} They go on using its workers and tokens, also during a next measurement. ${ids.length > 0 ? 'Their ids are listed under `reconciled.mayStillRun`, as far as they are known; wait until' : 'Look for them in the app’s logs, and wait until'} they are over before you measure again.`
}
