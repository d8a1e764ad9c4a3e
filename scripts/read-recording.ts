import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { RecordedEvent, RecordingMeta } from "../src/core/recording/recording.ts";

/** A recording with what stands beside it. */
export interface ReadRecording {
  readonly events: RecordedEvent[];
  readonly meta: RecordingMeta;
  /** What was passed over, in words. */
  readonly notes: readonly string[];
}

/**
 * Reads a recording, gzipped or not, and what stands beside it. A last line that a killed run left unfinished is
 * passed over. Throws when the file cannot be read, and names every line that is none of a recording.
 */
export function readRecording(path: string): ReadRecording {
  const text = textOf(path).replace(/^\uFEFF/, "");
  const lines = text.split(/\r?\n/).map((line, index) => ({ number: index + 1, line }));
  const read = lines.filter(({ line }) => line.trim() !== "").map(({ number, line }) => toLine(line, number));
  const last = read.at(-1);
  const isCut = last?.kind === "wrong" && last.isNoJson && !text.endsWith("\n");
  const kept = isCut ? read.slice(0, -1) : read;
  const faults = kept.flatMap((line) => (line.kind === "wrong" ? [`line ${line.number} ${line.why}`] : []));
  if (faults.length > 0) throw new Error(faults.join("; "));
  return {
    events: kept.flatMap((line) => (line.kind === "event" ? [line.event] : [])),
    meta: metaBeside(path),
    notes: isCut
      ? [`line ${last.number} is not finished, as a killed run leaves it, and is passed over`]
      : [],
  };
}

const textOf = (path: string): string => {
  const bytes = readFileSync(path);
  return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
};

function metaBeside(path: string): RecordingMeta {
  const beside = path
    .replace(/\.gz$/, "")
    .replace(/\.jsonl$/, "")
    .concat(".meta.json");
  if (!existsSync(beside)) return {};
  try {
    return JSON.parse(readFileSync(beside, "utf8")) as RecordingMeta;
  } catch (error) {
    throw new Error(`${beside} beside it is no JSON: ${String(error)}`);
  }
}

type Line =
  | { readonly kind: "event"; readonly event: RecordedEvent }
  | { readonly kind: "wrong"; readonly number: number; readonly why: string; readonly isNoJson: boolean };

function toLine(line: string, number: number): Line {
  try {
    const event = JSON.parse(line);
    const why = faultOf(event);
    return why === undefined ? { kind: "event", event } : { kind: "wrong", number, why, isNoJson: false };
  } catch {
    return { kind: "wrong", number, why: "is no JSON", isNoJson: true };
  }
}

/** What the engine's cache cannot do without; all else may have been trimmed away. */
function faultOf(event: unknown): string | undefined {
  const { t, type, object } = Object(event);
  if (typeof t !== "number") return 'has no "t", the seconds since the change';
  if (!["ADDED", "MODIFIED", "DELETED"].includes(type))
    return 'has a "type" that is not ADDED, MODIFIED or DELETED';
  const { kind, metadata, involvedObject } = Object(object);
  if (typeof kind !== "string") return 'has an "object" without a kind';
  if (typeof Object(metadata).uid !== "string") return "has an object without metadata.uid";
  return kind === "Event" && Object(involvedObject) !== involvedObject
    ? "has an Event without involvedObject"
    : undefined;
}
