import type { RootContent } from "mdast";
import type { Report } from "../report.ts";

/** A part of the summary. */
export interface Section {
  /** As the note names it when the section was shortened: `events`. */
  readonly name: string;
  /** The lower, the earlier it is shortened; `always` never is, and is small by itself. */
  readonly worth: number | "always";
  /** Its nodes with `share` (above 0, at most 1) of its rows; none when there is nothing to say. */
  readonly nodes: (share: number) => readonly RootContent[];
}

/** Whether the report tells of a success, whose evidence may be folded away. */
export const isGood = ({ reason }: Report): boolean => reason === "";
