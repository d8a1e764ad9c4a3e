import { recordingsOf, type Synthesised } from "./record.ts";
import type { Row } from "./row.ts";
import { CREATION } from "./rows/creation.ts";
import { DISRUPTION } from "./rows/disruption.ts";
import { GKE_ROWS } from "./rows/gke.ts";
import { IMAGES } from "./rows/image.ts";
import { RUNNING } from "./rows/running.ts";
import { SCHEDULING } from "./rows/scheduling.ts";
import { STARTING } from "./rows/starting.ts";

/** Every row, in the order of the catalogue. */
export const ROWS: readonly Row[] = [
  ...SCHEDULING,
  ...IMAGES,
  ...STARTING,
  ...RUNNING,
  ...CREATION,
  ...DISRUPTION,
  ...GKE_ROWS,
];

/** Two recordings a row: the failure, and what looks most like it. */
export const SYNTHESISED: readonly Synthesised[] = ROWS.flatMap((row) => recordingsOf(row));
