import { css } from "./base_style.ts";

/** Figures, forms and the list of shares. */
export const LIST_STYLE: string = css`
  .tiles {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr));
    gap: 0.75rem;
    margin: 0 0 1.5rem;
  }
  .tiles > div {
    padding: 0.8rem 1.1rem 0.75rem;
    min-width: 0;
  }
  dt {
    color: var(--muted);
    font-size: 0.8125rem;
  }
  dd {
    margin: 0;
  }
  .tiles dd {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    column-gap: 0.35rem;
    white-space: nowrap;
    font-size: 1.5rem;
    font-weight: 650;
    letter-spacing: -0.015em;
    line-height: 1.3;
  }
  .tiles .more {
    font-size: 0.8125rem;
    font-weight: 400;
    letter-spacing: 0;
    color: var(--muted);
    white-space: nowrap;
  }
  form.search,
  .token .row {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-end;
    gap: 0.75rem;
  }
  .field {
    display: flex;
    flex-direction: column;
    gap: 0.25rem;
    min-width: 0;
  }
  .field.grow {
    flex: 1 1 16rem;
  }
  label {
    color: var(--muted);
    font-size: 0.8125rem;
  }
  input,
  select,
  button,
  .button {
    font: inherit;
    color: inherit;
    min-height: 2.5rem;
    padding: 0.4rem 0.85rem;
    border: 1px solid var(--edge);
    border-radius: 8px;
    background: var(--card);
    min-width: 0;
  }
  input {
    width: 100%;
  }
  ::placeholder {
    color: var(--muted);
    opacity: 1;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    font-weight: 550;
    text-decoration: none;
    cursor: pointer;
    transition: background 120ms;
  }
  button:hover,
  .button:hover {
    background: var(--soft);
    color: inherit;
  }
  .primary,
  form.search button {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--on-accent);
  }
  .primary:hover,
  form.search button:hover {
    background: var(--accent-strong);
    color: var(--on-accent);
  }
  button:disabled {
    opacity: 0.6;
    cursor: default;
  }
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
    .tiles {
      grid-template-columns: repeat(2, minmax(0, 1fr));
      gap: 0.6rem;
    }
    .tiles:has(> :nth-child(3):last-child) {
      grid-template-columns: repeat(3, minmax(0, 1fr));
    }
    .tiles > div {
      padding-inline: 0.85rem;
    }
  }
`;
