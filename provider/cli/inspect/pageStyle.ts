/** Style of the page that `inspect --html` writes; light and dark. */
export const pageStyle = `
:root { color-scheme: light dark; --text: #1d2733; --soft: #5d6b7a; --line: #e1e6eb; --ground: #fff; }
@media (prefers-color-scheme: dark) { :root { --text: #e6ebf0; --soft: #9aa7b4; --line: #323c47; --ground: #161b21; } }
body { margin: 2rem auto; max-width: 75rem; padding: 0 1.5rem; font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 0; }
p { color: var(--soft); margin: .25rem 0 1.25rem; }
.map { display: block; width: 100%; height: auto; border-radius: 6px; }
.map rect { stroke: var(--ground); stroke-width: 2; }
.map text { font-size: 15px; font-weight: 600; fill: #fff; }
.map .size { font-weight: 400; fill-opacity: .85; }
.own { fill: #3c4a58; } .c0 { fill: #2f6fb0; } .c1 { fill: #b3562b; } .c2 { fill: #2c8262; } .c3 { fill: #8d4b9c; }
.c4 { fill: #94731a; } .c5 { fill: #b23d5d; } .c6 { fill: #1f7f8f; } .c7 { fill: #5a62b8; }
table { width: 100%; margin-top: 1.5rem; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .5rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; white-space: nowrap; }
th:first-child { width: 60%; text-align: left; font-weight: 500; white-space: normal; }
thead th { color: var(--soft); font-weight: 400; }
.bar { display: block; width: 100%; height: 6px; border-radius: 3px; background: var(--line); margin: .3rem 0 .15rem; }
summary { cursor: pointer; }
ul { margin: .4rem 0; padding-left: 1.2rem; color: var(--soft); font-weight: 400; overflow-wrap: anywhere; }
li span { margin-left: .5rem; }
`;
