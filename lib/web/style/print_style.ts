import { css } from "./base_style.ts";

/** How pages look on paper. */
export const PRINT_STYLE: string = css`
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
