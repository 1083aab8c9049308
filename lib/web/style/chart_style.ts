import { css } from "./base_style.ts";

/** Charts, and pictures of them. */
export const CHART_STYLE: string = css`
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
`;
