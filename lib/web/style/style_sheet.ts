import { BASE_STYLE } from "./base_style.ts";
import { CHART_STYLE } from "./chart_style.ts";
import { FORM_STYLE } from "./form_style.ts";
import { LIST_STYLE } from "./list_style.ts";
import { PAGE_STYLE } from "./page_style.ts";
import { PRINT_STYLE } from "./print_style.ts";

/** The style sheet of all pages; what stands further on counts more. */
export const STYLE_SHEET: string = BASE_STYLE + FORM_STYLE + LIST_STYLE + PAGE_STYLE + CHART_STYLE +
  PRINT_STYLE;
