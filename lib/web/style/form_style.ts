import { css } from "./base_style.ts";

/** Figures that stand out, fields and buttons. */
export const FORM_STYLE: string = css`
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
  @media (max-width: 44rem) {
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
