/** JSON with maps and big integers, by which snapshots outlive their process. */
export const toJson = (value: unknown): string => `${JSON.stringify(value, replaced, 1)}\n`;

/** The way back. */
export const fromJson = <T>(text: string): T => JSON.parse(text, revived) as T;

interface Tagged {
  readonly $map?: readonly (readonly [unknown, unknown])[];
  readonly $bigint?: string;
}

function replaced(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return { $bigint: String(value) } satisfies Tagged;
  if (value instanceof Map) return { $map: [...value] } satisfies Tagged;
  return value;
}

function revived(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { $map, $bigint } = value as Tagged;
  if ($map !== undefined) return new Map($map);
  return $bigint === undefined ? value : BigInt($bigint);
}
