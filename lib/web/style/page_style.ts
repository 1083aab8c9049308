import { css } from "./base_style.ts";

/** The pages of a share and of the tracker, charts, and paper. */
export const PAGE_STYLE: string = css`
  .crumb {
    margin: 1.25rem 0 0;
    font-size: 0.875rem;
  }
  .sharename {
    margin: 0.5rem 0 0.4rem;
    overflow-wrap: anywhere;
    overflow: hidden;
    text-wrap: wrap;
    padding-block: 0.1em;
  }
  .under {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1.25rem;
    margin: 0 0 1.25rem;
    color: var(--muted);
  }
  .card {
    padding: 1.1rem 1.25rem;
  }
  .get {
    display: flex;
    gap: 1.5rem 2rem;
    align-items: flex-start;
  }
  .get .how {
    flex: 1;
    min-width: 0;
  }
  .get h2 {
    margin: 0 0 0.85rem;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6rem;
    margin: 0 0 0.85rem;
  }
  .magnet {
    margin: 0 0 1rem;
    color: var(--muted);
    overflow-wrap: anywhere;
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
    overflow: hidden;
  }
  .hashes {
    display: grid;
    gap: 0.5rem;
    margin: 0;
  }
  .hashes code {
    overflow-wrap: anywhere;
  }
  .code {
    margin: 0;
    text-align: center;
    color: var(--muted);
    font-size: 0.8125rem;
  }
  .code svg {
    display: block;
    width: 13rem;
    height: 13rem;
    border-radius: 8px;
    margin-bottom: 0.4rem;
  }
  .code .paper {
    fill: #ffffff;
  }
  .code .ink {
    fill: #000000;
  }
  .heading {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
    margin: 2rem 0 0.85rem;
  }
  .heading h2 {
    margin: 0;
  }
  .ranges {
    display: flex;
    border: 1px solid var(--line);
    border-radius: 9px;
    background: var(--card);
    padding: 2px;
  }
  .ranges a {
    padding: 0.25rem 0.75rem;
    border-radius: 7px;
    color: var(--muted);
    text-decoration: none;
    font-size: 0.8125rem;
  }
  .ranges a:hover {
    color: var(--ink);
  }
  .ranges a[aria-current] {
    background: var(--soft);
    color: var(--ink);
    font-weight: 600;
  }
  .charts {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
    gap: 0.75rem;
  }
  .chart {
    margin: 0;
    padding: 0.9rem 1rem 0.6rem;
    min-width: 0;
  }
  figcaption {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0.15rem 1rem;
    margin-bottom: 0.5rem;
  }
  .code figcaption {
    justify-content: center;
    margin: 0;
  }
  .chart .title {
    font-weight: 650;
    font-size: 0.875rem;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 0 1rem;
    margin: 0;
    padding: 0;
    list-style: none;
    color: var(--muted);
    font-size: 0.8125rem;
  }
  .legend b {
    color: var(--ink);
    font-weight: 600;
  }
  .swatch {
    display: inline-block;
    width: 0.6rem;
    height: 0.6rem;
    border-radius: 3px;
    margin-right: 0.4rem;
  }
  .swatch.tone1 {
    background: var(--tone1);
  }
  .swatch.tone2 {
    background: var(--tone2);
  }
  .swatch.tone3 {
    background: var(--tone3);
  }
  .plot {
    height: 180px;
    min-width: 0;
    overflow: hidden;
    position: relative;
  }
  .picture {
    height: 100%;
    position: relative;
    padding: 0.25rem 0 1rem;
    color: var(--muted);
    font-size: 0.6875rem;
  }
  .picture svg {
    width: 100%;
    height: 100%;
    overflow: visible;
    border-bottom: 1px solid var(--line);
    border-top: 1px dashed var(--line);
  }
  .picture .top {
    position: absolute;
    left: 0;
    top: 0.3rem;
    background: var(--card);
    padding-right: 0.3rem;
  }
  .picture .base {
    position: absolute;
    left: 0;
    bottom: -0.15rem;
  }
  path.line {
    fill: none;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  path.line.tone1 {
    stroke: var(--tone1);
  }
  path.line.tone2 {
    stroke: var(--tone2);
  }
  path.line.tone3 {
    stroke: var(--tone3);
  }
  .several .tone2 {
    stroke-dasharray: 6 3;
  }
  .several .tone3 {
    stroke-dasharray: 2 4;
  }
  path.area {
    stroke: none;
  }
  path.area.tone1 {
    fill: var(--tone1-area);
  }
  path.area.tone2 {
    fill: var(--tone2-area);
  }
  path.area.tone3 {
    fill: var(--tone3-area);
  }
  .plotted {
    position: relative;
  }
  .nothing {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    margin: 0;
    color: var(--muted);
    font-size: 0.8125rem;
    pointer-events: none;
  }
  .uplot {
    font: inherit;
  }
  .tip {
    position: absolute;
    top: 0.25rem;
    z-index: 1;
    padding: 0.35rem 0.6rem;
    border: 1px solid var(--line);
    border-radius: 8px;
    background: var(--card);
    color: var(--ink);
    box-shadow: var(--shadow);
    font-size: 0.75rem;
    white-space: pre;
    pointer-events: none;
  }
  .splits {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr));
    gap: 0.75rem;
    margin-bottom: 0.75rem;
  }
  .split dl {
    display: grid;
    gap: 0.7rem;
    margin: 0;
  }
  .split dl > div {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0.15rem 1rem;
  }
  .split dt {
    color: var(--ink);
    font-size: inherit;
    overflow-wrap: anywhere;
  }
  .split .bar {
    grid-column: 1 / -1;
  }
  .bar svg {
    display: block;
    width: 100%;
    height: 6px;
    border-radius: 3px;
    background: var(--line);
  }
  .bar rect {
    fill: var(--tone1);
  }
  .none {
    color: var(--muted);
    margin: 0;
  }
  .facts {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr));
    gap: 0 2.5rem;
    margin: 0;
    padding: 0.5rem 1.25rem;
  }
  .facts > div {
    display: flex;
    justify-content: space-between;
    gap: 1rem;
    padding: 0.5rem 0;
    border-bottom: 1px solid var(--line);
  }
  .facts dt {
    font-size: inherit;
  }
  .facts dd {
    font-weight: 600;
  }
  .problems {
    margin: 0 0 1rem;
    padding: 0.75rem 1rem 0.75rem 2rem;
    border: 1px solid var(--poor);
    border-radius: 12px;
    color: var(--poor);
    overflow-wrap: anywhere;
  }
  .problem {
    color: var(--poor);
    margin: 0.5rem 0 0;
  }
  .problem:empty {
    display: none;
  }
  .addresses p {
    margin: 0 0 0.75rem;
  }
  .addresses > p:last-child {
    margin: 0;
  }
  .scroll {
    overflow-x: auto;
    margin-bottom: 0.85rem;
  }
  .peers {
    width: 100%;
    border-collapse: collapse;
  }
  .peers th,
  .peers td {
    padding: 0.4rem 1.25rem 0.4rem 0;
    border-bottom: 1px solid var(--line);
    white-space: nowrap;
  }
  @media (max-width: 44rem) {
    .get {
      flex-direction: column;
    }
    .code {
      align-self: center;
    }
  }
  @media print {
    :root {
      color-scheme: light;
    }
    body {
      background: none;
    }
    .liveness,
    form.search,
    .pages,
    .ranges,
    .actions,
    .addresses,
    footer,
    header.top nav {
      display: none;
    }
    .card,
    .chart,
    .tiles > div,
    .facts,
    table.shares {
      box-shadow: none;
      break-inside: avoid;
    }
    table.shares,
    .shares tr {
      break-inside: auto;
    }
    .magnet {
      display: block;
    }
  }
`;
