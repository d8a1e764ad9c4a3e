import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readRecording } from "../../../scripts/read-recording.ts";
import { replay } from "../../../scripts/replay.ts";
import type { RecordedEvent } from "../../../src/core/recording/recording.ts";
import { createRedactor } from "../../../src/core/recording/redact.ts";

const FOLDER = new URL("../../recordings/", import.meta.url).pathname;
const RECORDINGS = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".jsonl"))
  .map((name) => ({ name, ...readRecording(FOLDER + name) }));

const redacted = (events: readonly RecordedEvent[]): RecordedEvent[] => {
  const redact = createRedactor();
  return events.map((event) => ({ ...event, object: redact(event.object) }));
};

/** The words of a cause may be redacted, the cause not. */
const causeOf = ({ message: _, ...cause }: ReturnType<typeof replay>) => cause;

describe("a redacted recording", () => {
  test.each(RECORDINGS)("$name gives the same cause at the same time", ({ events, meta }) => {
    expect(causeOf(replay(redacted(events), meta))).toEqual(causeOf(replay(events, meta)));
  });

  test.each(RECORDINGS.slice(0, 5))("$name stays as it is when it is redacted again", ({ events }) => {
    const shape = (all: readonly RecordedEvent[]) =>
      JSON.stringify(all).replace(/\(redacted-\d+\)/g, "(redacted)");
    expect(shape(redacted(redacted(events)))).toBe(shape(redacted(events)));
  });
});
