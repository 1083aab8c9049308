/** A style sheet as it stands; the name lets editors and the formatter know what it is. */
export const css: typeof String.raw = String.raw;

/** Colours, type and what every page has. */
export const BASE_STYLE: string = css`
  :root {
    color-scheme: light dark;
    --ground: #f5f6f8;
    --card: #ffffff;
    --ink: #191c21;
    --muted: #5a6472;
    --line: #e2e5ea;
    --edge: #858e9b;
    --accent: #0b6b5f;
    --accent-strong: #084f46;
    --on-accent: #ffffff;
    --soft: #e6f2f0;
    --good: #17703a;
    --fair: #855600;
    --poor: #b3261e;
    --tone1: #0b7a6b;
    --tone2: #c2570c;
    --tone3: #5b4fc7;
    --tone1-area: #0b7a6b1f;
    --tone2-area: #c2570c1f;
    --tone3-area: #5b4fc71f;
    --shadow: 0 1px 2px #191c210d, 0 2px 8px #191c210a;
    --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", "DejaVu Sans Mono", monospace;
  }
  @media screen and (prefers-color-scheme: dark) {
    :root {
      --ground: #0f1215;
      --card: #171b20;
      --ink: #e7eaee;
      --muted: #9ca6b3;
      --line: #292f37;
      --edge: #6d7784;
      --accent: #5fd3bd;
      --accent-strong: #8be5d4;
      --on-accent: #04231e;
      --soft: #16302c;
      --good: #62d391;
      --fair: #e9b352;
      --poor: #ff8d83;
      --tone1: #4fcbb5;
      --tone2: #f2974b;
      --tone3: #a59bff;
      --tone1-area: #4fcbb526;
      --tone2-area: #f2974b26;
      --tone3-area: #a59bff26;
      --shadow: none;
    }
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  html {
    -webkit-text-size-adjust: 100%;
    scrollbar-gutter: stable;
  }
  body {
    margin: 0;
    background: var(--ground);
    color: var(--ink);
    font: 0.9375rem / 1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue",
      sans-serif;
    font-variant-numeric: tabular-nums;
  }
  #app {
    max-width: 72rem;
    min-height: 100vh;
    margin: 0 auto;
    padding: 0 clamp(1rem, 3vw, 2rem);
    display: flex;
    flex-direction: column;
  }
  main {
    flex: 1;
    min-width: 0;
  }
  h1,
  h2,
  h3 {
    margin: 0;
    line-height: 1.25;
    letter-spacing: -0.012em;
    text-wrap: balance;
  }
  h1 {
    font-size: 1.625rem;
    font-weight: 650;
    margin: 1.75rem 0 1.1rem;
  }
  h2 {
    font-size: 1.125rem;
    font-weight: 650;
    margin: 2rem 0 0.85rem;
  }
  h3 {
    font-size: 0.9375rem;
    font-weight: 650;
    margin-bottom: 0.75rem;
  }
  a {
    color: var(--accent);
    text-decoration-thickness: 1px;
    text-underline-offset: 0.18em;
  }
  a:hover {
    color: var(--accent-strong);
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
    border-radius: 4px;
  }
  code,
  .hash {
    font-family: var(--mono);
    font-size: 0.86em;
  }
  [hidden] {
    display: none !important;
  }
  .skip {
    position: absolute;
    left: -999rem;
    background: var(--card);
    padding: 0.5rem 1rem;
    z-index: 2;
  }
  .skip:focus {
    left: 0.5rem;
    top: 0.5rem;
  }
  .offscreen {
    position: absolute;
    left: -999rem;
  }
  .card,
  .tiles > div,
  table.shares,
  .chart,
  .facts {
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: 12px;
    box-shadow: var(--shadow);
  }
  header.top {
    display: flex;
    align-items: center;
    gap: 0.25rem 1.75rem;
    flex-wrap: wrap;
    padding: 0.85rem 0;
    border-bottom: 1px solid var(--line);
  }
  .brand {
    display: inline-flex;
    align-items: center;
    gap: 0.6rem;
    font-weight: 650;
    letter-spacing: -0.01em;
    color: inherit;
    text-decoration: none;
  }
  .mark {
    fill: var(--accent);
  }
  .mark .edges {
    fill: none;
    stroke: var(--accent);
    stroke-width: 2.5;
    stroke-linejoin: round;
  }
  header.top nav {
    display: flex;
    gap: 0.25rem;
  }
  header.top nav a {
    color: var(--muted);
    text-decoration: none;
    padding: 0.3rem 0.7rem;
    border-radius: 8px;
  }
  header.top nav a:hover {
    color: var(--ink);
  }
  header.top nav a[aria-current] {
    color: var(--ink);
    background: var(--soft);
    font-weight: 600;
  }
  .liveness {
    margin: 0 0 0 auto;
    display: inline-flex;
    align-items: center;
    gap: 0.5rem;
    color: var(--muted);
    font-size: 0.8125rem;
  }
  .dot {
    width: 0.5rem;
    height: 0.5rem;
    border-radius: 50%;
    background: var(--edge);
  }
  .live .dot {
    background: var(--good);
    animation: breathe 3s ease-in-out infinite;
  }
  .lost .dot {
    background: var(--poor);
  }
  .lost {
    color: var(--poor);
  }
  @keyframes breathe {
    50% {
      opacity: 0.35;
    }
  }
  footer {
    display: flex;
    flex-wrap: wrap;
    gap: 0.35rem 1.25rem;
    margin-top: 3rem;
    padding: 1.1rem 0 1.75rem;
    border-top: 1px solid var(--line);
    color: var(--muted);
    font-size: 0.8125rem;
  }
  .problempage p {
    max-width: 38rem;
  }
  .below {
    max-width: 72rem;
    margin: 0 auto;
    padding: 0 clamp(1rem, 3vw, 2rem);
    color: var(--muted);
    font-size: 0.8125rem;
  }
  .below p {
    margin: 0 0 1.5rem;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;
