import { isDeepStrictEqual } from "node:util";
import type { Played } from "./play.ts";
import { type Predictions, predictAgain } from "./predict.ts";

/** A pod that local rules complete otherwise than the API server does; each field that differs. */
export interface LocalDifference {
  readonly id: string;
  readonly fields: readonly string[];
}

/** Holds the pods that local rules make of the changed templates against those that the API server admits. */
export async function localDifferences(played: Played, admitted: Predictions): Promise<LocalDifference[]> {
  const local = await predictAgain({ ...played, mayCreate: false });
  return [...admitted].flatMap(([id, asked]): LocalDifference[] => {
    const alone = local.get(id);
    if (asked instanceof Error || alone === undefined || alone instanceof Error) return [];
    if (asked.snapshot.admission.kind !== "admitted") return [];
    const [left, right] = [asked.snapshot.pod, alone.snapshot.pod];
    const fields = Object.keys(left).filter(
      (field) => !isDeepStrictEqual(left[field as keyof typeof left], right[field as keyof typeof right]),
    );
    return fields.length === 0 ? [] : [{ id, fields }];
  });
}
