import { css } from "./base_style.ts";

/** The pages of a share and of the tracker. */
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
`;
