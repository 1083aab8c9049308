/** The one place that names preact-render-to-string. */
export { renderToString } from "npm:preact-render-to-string@6";
