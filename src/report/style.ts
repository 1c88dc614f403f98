/** Kinds of ending and their colours: told apart by eyes of any kind, by the key and by the table, never by colour alone. */
const OUTCOME_COLOURS = {
  succeeded: ['#8fb8cc', '#4f7d94'],
  partial: ['#e3cf7a', '#b39b3a'],
  'workflow-failed': ['#c43d00', '#ff8a50'],
  stopped: ['#7d5ba6', '#b598da'],
  paused: ['#b8b8b8', '#8a8a8a'],
  rejected: ['#e69f00', '#ffc04d'],
  throttled: ['#d8c800', '#f0e442'],
  'stream-broken': ['#cc79a7', '#e9a5c8'],
  'no-result': ['#5b2a86', '#a97bd6'],
  'bad-reply': ['#8c564b', '#c49c94'],
  'timed-out': ['#882255', '#dd77aa'],
  disconnected: ['#332288', '#9a8be0'],
  'stale-connection': ['#117733', '#66c28a'],
  'generator-fault': ['#000000', '#ffffff'],
  dropped: ['#555555', '#bbbbbb'],
  unfinished: ['#999999', '#777777'],
  interrupted: ['#cccccc', '#555555'],
} as const

/** Parts of a run's time, told apart by eyes of any kind. */
const PART_COLOURS = {
  beforeSent: ['#777777', '#999999'],
  firstByte: ['#e69f00', '#ffc04d'],
  admission: ['#d55e00', '#ff8a50'],
  outside: ['#a08600', '#dcc75a'],
  engine: ['#56a3cf', '#4f8fb5'],
  delivery: ['#a0589b', '#cc79a7'],
  onPath: ['#0072b2', '#63b8f2'],
  beside: ['#b9d3e2', '#35566b'],
} as const

/** Runs laid over each other: a colour and a dash each. */
export const RUN_LOOKS = [
  ['#0069a8', '#63b8f2', 'none'],
  ['#b04a00', '#f5a25d', '7 4'],
  ['#116329', '#6fd08c', '2 4'],
  ['#7a3e9d', '#c79bf0', '11 4 2 4'],
  ['#8a6100', '#e9cf63', '14 5'],
  ['#00727a', '#5fd0d6', '4 3'],
  ['#a3195b', '#ff8fbf', '2 3 8 3'],
  ['#4a4f57', '#c9ced6', '1 5'],
] as const

const runLooks = (which: 0 | 1): string => RUN_LOOKS.map((look, at) => `path.run${at}{stroke:${look[which]}}`).join('')
const runDashes = RUN_LOOKS.map(([, , dash], at) => `path.run${at}{stroke-width:2;stroke-dasharray:${dash};stroke-linecap:butt}`).join('')

const colours = (which: 0 | 1): string =>
  Object.entries({ ...OUTCOME_COLOURS, ...PART_COLOURS })
    .map(([kind, pair]) => `.part.${kind}{fill:${pair[which]};stroke:${pair[which]}}`)
    .join('')

const LIGHT =
  '--page:#fff;--ink:#1b1f24;--soft:#57606a;--rule:#d5dae0;--panel:#f6f8fa;--streaming:#0069a8;--blocking:#b04a00;--good:#116329;--bad:#b3141d;--unsure:#7d4e00;--band:#f3f5f8;--unmeasured:#e9e4da'
const DARK =
  '--page:#14171b;--ink:#e8ebee;--soft:#a5afba;--rule:#363c44;--panel:#1c2127;--streaming:#63b8f2;--blocking:#f5a25d;--good:#6fd08c;--bad:#ff8f8a;--unsure:#e9bd63;--band:#1a1f25;--unmeasured:#2a2720'

/** The page's style: the system's own type, one measure, one colour and one dash per mode, light and dark, narrow and wide, screen and paper. */
export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:72rem;margin:0 auto;padding:3rem 1.25rem 4rem}
h1{font-size:2.25rem;line-height:1.15;letter-spacing:-.02em;font-weight:650;margin:0 0 .5rem;overflow-wrap:anywhere}
h2{font-size:1.35rem;line-height:1.25;letter-spacing:-.01em;font-weight:650;margin:3.5rem 0 .75rem}
h3{font-size:1.02rem;font-weight:650;margin:0}
p{margin:.4rem 0;max-width:46rem;overflow-wrap:anywhere}
.brand{font-size:.82rem;font-weight:600;color:var(--soft);margin:0 0 1.1rem}
.lead{font-size:1.1rem;color:var(--soft)}
.facts{list-style:none;display:flex;flex-wrap:wrap;gap:.15rem 1.5rem;padding:0;margin:.8rem 0 0;color:var(--soft);font-size:.9rem}
.facts li{overflow-wrap:anywhere;min-width:0}
.soft,figcaption p,.note{color:var(--soft);font-size:.9rem}
.findings{margin:2rem 0 0;display:grid;gap:1px;background:var(--rule);border:1px solid var(--rule);border-radius:10px;overflow:hidden}
.finding{background:var(--page);padding:1.1rem 1.25rem;display:grid;grid-template-columns:1.6rem minmax(0,1fr);gap:0 .6rem}
.finding p{margin:0;font-size:1.05rem;max-width:none}
.finding:first-child p,.finding:first-child .sign{font-size:1.4rem;line-height:1.35;letter-spacing:-.01em}
.finding strong{font-weight:680}
.sign{font-weight:700;font-size:1.1rem;text-align:center}
.good{color:var(--good)}.bad{color:var(--bad)}.unsure{color:var(--unsure)}.plain{color:var(--soft)}
.list{list-style:none;margin:.75rem 0 0;padding:0}
.list>li{display:grid;grid-template-columns:1.6rem minmax(0,1fr);gap:0 .6rem;padding:.7rem 0;border-top:1px solid var(--rule)}
.list>li:first-child{border-top:0}
.list p{margin:0}
a{color:var(--streaming)}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.scroll{overflow-x:auto;max-width:100%}
.scroll:focus-visible,summary:focus-visible{outline:2px solid var(--streaming);outline-offset:2px}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.92rem}
caption{text-align:left;color:var(--soft);font-size:.9rem;padding:0 0 .75rem}
th,td{padding:.38rem .75rem;text-align:right;vertical-align:top;border-top:1px solid var(--rule);white-space:nowrap}
th{font-weight:500}
th:first-child,td.text,th.text{text-align:left}
thead th{border-top:0;font-weight:600;vertical-align:bottom}
.wide{width:100%}
.wide .group th{border-top:0;padding-top:1.6rem;text-align:left;white-space:normal}
.wide .group strong{display:block;font-weight:650}
.wide .group span{color:var(--soft);font-size:.85rem;font-weight:400}
.wide tbody th:first-child,.wide thead th:first-child{position:sticky;left:0;background:var(--page);z-index:1;padding-left:0}
.wide .group th:first-child{position:static}
.wide thead .load{display:block;color:var(--soft);font-weight:400;font-size:.85rem}
.wide thead .mode{display:block;font-weight:600;font-size:.85rem}
.wide thead .name{display:inline-block;max-width:16rem;overflow:hidden;text-overflow:ellipsis;vertical-align:bottom}
.mode.streaming{color:var(--streaming)}.mode.blocking{color:var(--blocking)}
.cell>*{display:block}
.cell>:empty{display:none}
.interval,.all{color:var(--soft);font-size:.82rem}
.wide .group div{position:sticky;left:0;display:inline-block;max-width:min(46rem,calc(100vw - 2.5rem))}
.value{font-weight:550}
.data{min-width:100%;font-size:.86rem}
.data th,.data td{padding:.25rem .6rem}
.data td.id{white-space:nowrap}
.data .long{white-space:normal;min-width:14rem;max-width:28rem;overflow-wrap:anywhere;text-align:left}
.beside thead td{border-top:0}table.beside{width:100%;max-width:60rem;table-layout:fixed;margin:1rem 0 0}.beside th,.beside td{white-space:normal;overflow-wrap:anywhere}.beside th:first-child,.beside td:first-child{width:11rem;padding-left:0;color:var(--soft)}
figure{margin:2.25rem 0 0}
figcaption{margin:0 0 .5rem}
.key{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;padding:0;margin:.3rem 0 .5rem;font-size:.86rem}
.key li{display:flex;align-items:center;gap:.4rem;min-width:0;overflow-wrap:anywhere}
.swatch{flex:none}
svg.plot{display:block;margin-left:56px;width:calc(100% - 64px);overflow:visible}
svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums;fill:var(--soft)}
svg.bars{display:block;overflow:visible}
h3.phase{margin:1.75rem 0 .3rem;overflow-wrap:anywhere}
ul.plain{margin:.5rem 0;padding-left:1.2rem;font-size:.9rem}
path.streaming{stroke:var(--streaming)}
path.blocking{stroke:var(--blocking);stroke-dasharray:7 4}
path.streaming,path.blocking,path.machine,path.offered{stroke-width:2}
path.shade1.streaming{stroke:color-mix(in oklab,var(--streaming) 62%,var(--ink))}
path.shade2.streaming{stroke:color-mix(in oklab,var(--streaming) 62%,var(--page))}
path.shade1.blocking{stroke:color-mix(in oklab,var(--blocking) 62%,var(--ink))}
path.shade2.blocking{stroke:color-mix(in oklab,var(--blocking) 62%,var(--page))}
${runDashes}
path.thin{stroke-width:1.1}
path.faint{stroke-width:3.5;stroke-opacity:.45;stroke-dasharray:none;stroke-linecap:round}
path.machine{stroke:var(--ink)}
path.offered{stroke:var(--soft);stroke-width:1.25;stroke-dasharray:2 3}
path.worse{stroke:var(--bad);stroke-width:1.75}
path.better{stroke:var(--good);stroke-width:1.75;stroke-dasharray:7 4}
path.change{stroke-width:2.5}path.estimate{stroke-width:10}
path.regressed{stroke:var(--bad)}path.improved,path.no-regression{stroke:var(--good)}path.inconclusive{stroke:var(--unsure)}
path.arm{stroke-width:7;stroke-linecap:round}
path.vote,path.estimate-dot{stroke-linecap:round}path.vote{stroke-width:8}path.vote.held,path.lasted.held{stroke:var(--good)}path.vote.missed,path.vote.stuck,path.lasted.missed,path.lasted.stuck{stroke:var(--bad)}path.vote.spoiled,path.vote.throttled,path.lasted.spoiled,path.lasted.throttled{stroke:var(--soft)}path.lasted{stroke-width:4}path.estimate-dot{stroke:var(--ink);stroke-width:6}
path.mark{stroke-width:7;stroke-dasharray:none;stroke-linecap:round}path.reach{stroke-width:1.5;stroke-dasharray:none}
path.arm.first{stroke:var(--streaming)}path.arm.later{stroke:var(--blocking)}path.arm.aside{stroke:var(--soft);stroke-width:4}
svg text.name{fill:var(--ink)}
path.ribbon{stroke:none!important}
path.ribbon.streaming{fill:var(--streaming)}path.ribbon.blocking{fill:var(--blocking)}
.grid{stroke:var(--rule);stroke-opacity:1}
.part{stroke-width:.75}
.band.even{fill:var(--band)}.band.odd{fill:none}.band.unmeasured{fill:var(--unmeasured)}
.hover:hover{fill:var(--ink);fill-opacity:.1}
details{margin:.6rem 0 0}
summary{cursor:pointer;font-size:.88rem;color:var(--soft);padding:.15rem 0}
details[open]>summary{margin-bottom:.5rem}
dl{display:grid;grid-template-columns:minmax(9rem,15rem) minmax(0,1fr);gap:.4rem 1.25rem;margin:.75rem 0 0;font-size:.92rem}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.empty{color:var(--soft);font-style:italic}
footer{margin-top:4rem;padding-top:1rem;border-top:1px solid var(--rule);color:var(--soft);font-size:.85rem}
${colours(0)}${runLooks(0)}
@media (prefers-color-scheme:dark){${colours(1)}${runLooks(1)}}
@media (min-width:52rem){
.few.one .cell{display:grid;grid-template-columns:4.6rem 7rem 7rem;gap:.5rem;align-items:baseline;text-align:right}
.few.one .cell>:empty{display:block}
.few.one td,.few.one thead th{text-align:left}
.few.two .cell{display:grid;grid-template-columns:4.6rem 7rem 7rem;gap:.5rem;align-items:baseline;text-align:right}
.few.two .cell>:empty{display:block}
.few.two td,.few.two thead th{text-align:left}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:0 2.5rem}
.pair>figure{min-width:0;display:grid;grid-template-columns:minmax(0,1fr);grid-template-rows:subgrid;grid-row:span 4;row-gap:0}
}
@media (min-width:76rem){
.few.three .cell{display:grid;grid-template-columns:4.2rem 6.1rem 6.1rem;gap:.3rem;align-items:baseline;text-align:right}
.few.three .cell>:empty{display:block}
.few.three td,.few.three thead th{text-align:left}
}
@media (max-width:40rem){
main{padding:1.75rem 1rem 3rem}
h1{font-size:1.75rem}h2{margin-top:2.75rem}
.finding{padding:.9rem}
.finding p,.lead{font-size:1rem}
th,td{padding:.35rem .5rem}
.wide th,.wide td{padding:.35rem .35rem}.wide thead .load,.wide thead .name{white-space:normal;max-width:7.2rem}
.wide tbody th:first-child,.wide thead th:first-child{white-space:normal;max-width:5.6rem;padding-right:.2rem}
table.beside th:first-child,table.beside td:first-child{width:6.2rem}
svg.plot{margin-left:48px;width:calc(100% - 52px)}
dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 .6rem}
}
@media print{
:root{${LIGHT}}
main{max-width:none;padding:0}
body{font-size:11pt}
figure,.list>li,tr{break-inside:avoid}
details::details-content{content-visibility:visible;display:block;height:auto}
.scroll{overflow:visible}
}
`
