/** One line of a chart. */
export interface PlotLine {
  readonly label: string;
  /** Which of the chart colours it has; also the pattern of its dashes, for eyes that see none. */
  readonly tone: 1 | 2 | 3;
  /** The oldest first; null: not known. */
  readonly values: readonly (number | null)[];
}

/** A chart over time. */
export interface PlotData {
  readonly title: string;
  /** How its values are written. */
  readonly unit: "count" | "rate" | "bytes" | "seconds";
  /** Seconds from one value to the next. */
  readonly step: number;
  /** When the last values end, seconds since 1970. */
  readonly end: number;
  /** How far back the chart goes, seconds, however little of it is known. */
  readonly span: number;
  readonly lines: readonly PlotLine[];
  /** Whether it is filled down to zero. */
  readonly filled?: boolean;
}
