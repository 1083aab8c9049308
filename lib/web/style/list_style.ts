import { css } from "./base_style.ts";

/** The list of shares. */
export const LIST_STYLE: string = css`
  .outcome {
    color: var(--muted);
    font-size: 0.8125rem;
    margin: 0.75rem 0;
    overflow-wrap: anywhere;
  }
  .outcome:empty {
    margin: 0 0 0.9rem;
  }
  table.shares {
    width: 100%;
    border-collapse: separate;
    border-spacing: 0;
    overflow: hidden;
  }
  th {
    text-align: left;
    font-weight: 550;
    font-size: 0.8125rem;
    color: var(--muted);
    white-space: nowrap;
  }
  .shares th,
  .shares td {
    padding: 0.4rem 0.9rem;
    border-bottom: 1px solid var(--line);
    vertical-align: middle;
  }
  .shares tbody tr:last-child td {
    border-bottom: 0;
  }
  .shares tbody tr:hover {
    background: var(--soft);
  }
  .shares th a {
    color: inherit;
    text-decoration: none;
  }
  .shares th a:hover {
    color: var(--ink);
    text-decoration: underline;
  }
  .shares th[aria-sort] {
    color: var(--ink);
  }
  .number {
    text-align: right;
  }
  .shares .number,
  .shares .age,
  .shares .state {
    white-space: nowrap;
  }
  .shares .age {
    color: var(--muted);
  }
  .shares td.name {
    width: 46%;
    max-width: 0;
    min-width: 14rem;
  }
  .name a {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    overflow-wrap: anywhere;
    line-height: 1.4;
    font-weight: 550;
    color: var(--ink);
    text-decoration: none;
  }
  .name a:hover {
    color: var(--accent);
    text-decoration: underline;
  }
  .name a:focus-visible {
    outline-offset: -2px;
  }
  .name .hash {
    display: block;
    color: var(--muted);
    font-size: 0.75rem;
    line-height: 1.35;
  }
  .codepoint {
    font: 600 0.72em var(--mono);
    color: var(--poor);
    border: 1px solid currentColor;
    border-radius: 3px;
    padding: 0 0.2em;
    margin: 0 0.1em;
    display: inline-block;
    line-height: 1.3;
    unicode-bidi: isolate;
    direction: ltr;
  }
  .unnamed {
    color: var(--muted);
    font-style: italic;
    font-weight: 400;
  }
  .health {
    white-space: nowrap;
    font-weight: 550;
  }
  .health .lit {
    fill: currentColor;
  }
  .health .unlit {
    fill: var(--line);
  }
  .health.good {
    color: var(--good);
  }
  .health.fair {
    color: var(--fair);
  }
  .health.poor {
    color: var(--poor);
  }
  .health.idle {
    color: var(--muted);
  }
  .empty {
    text-align: center;
    padding: 3rem 1rem;
    border: 1px dashed var(--edge);
    border-radius: 12px;
    color: var(--muted);
  }
  .empty p {
    margin: 0.35rem 0;
  }
  .empty .strong {
    font-size: 1.125rem;
    font-weight: 650;
    color: var(--ink);
  }
  .empty code {
    overflow-wrap: anywhere;
    white-space: pre-wrap;
    color: var(--ink);
  }
  .pages {
    display: flex;
    gap: 0.75rem;
    margin-top: 1rem;
  }
  @media (max-width: 58rem) {
    .shares th,
    .shares td {
      padding-inline: 0.5rem;
    }
    .shares td.name {
      min-width: 9rem;
    }
  }
  @media (max-width: 44rem) {
    .shares,
    .shares tbody {
      display: block;
    }
    .shares thead {
      position: absolute;
      left: -999rem;
    }
    .shares tr {
      display: grid;
      grid-template-columns: repeat(3, minmax(0, 1fr));
      gap: 0.5rem 0.75rem;
      padding: 0.85rem 1rem;
      border-bottom: 1px solid var(--line);
    }
    .shares tbody tr:last-child {
      border-bottom: 0;
    }
    .shares td {
      padding: 0;
      border: 0;
      text-align: left;
    }
    .shares td.name {
      grid-column: 1 / -1;
      width: auto;
      max-width: none;
      min-width: 0;
    }
    .shares td[data-label]::before {
      content: attr(data-label);
      display: block;
      color: var(--muted);
      font-size: 0.75rem;
      font-weight: 400;
    }
  }
`;
