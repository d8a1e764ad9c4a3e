import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readRecording } from "../../scripts/read-recording.ts";
import { replay } from "../../scripts/replay.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "read-recording-"));
});
afterEach(() => rm(folder, { recursive: true }));

const event = (t: number) => ({ t, type: "ADDED", object: { kind: "Pod", metadata: { uid: "p" } } });
const line = (t: number) => JSON.stringify(event(t));

async function read(content: string | Buffer, name = "a.jsonl") {
  await writeFile(join(folder, name), content);
  return readRecording(join(folder, name));
}

describe("readRecording()", () => {
  it("reads a trimmed file with blank lines, a byte order mark and Windows line ends", async () => {
    expect((await read(`\uFEFF${line(1)}\r\n\r\n${line(2)}`)).events).toEqual([event(1), event(2)]);
  });

  it("reads a gzipped file, and what stands beside it", async () => {
    await writeFile(join(folder, "a.meta.json"), '{"duration":7}');
    const { events, meta } = await read(gzipSync(`${line(1)}\n`), "a.jsonl.gz");
    expect({ events, meta }).toEqual({ events: [event(1)], meta: { duration: 7 } });
  });

  it("passes over a last line that a killed run has not finished, and says so", async () => {
    const { events, notes } = await read(`${line(1)}\n{"t":2,"type":"ADD`);
    expect({ events, notes }).toEqual({ events: [event(1)], notes: [expect.stringMatching(/^line 2 /)] });
  });

  it.each([
    ["no JSON", "oops", "line 2 is no JSON"],
    ["no time", '{"type":"ADDED","object":{}}', 'line 2 has no "t"'],
    ["another type", '{"t":1,"type":"BOOKMARK","object":{}}', 'line 2 has a "type"'],
    ["no kind", '{"t":1,"type":"ADDED","object":{}}', 'line 2 has an "object" without a kind'],
    ["no uid", '{"t":1,"type":"ADDED","object":{"kind":"Pod"}}', "line 2 has an object without metadata.uid"],
    [
      "an event about nothing",
      '{"t":1,"type":"ADDED","object":{"kind":"Event","metadata":{"uid":"e"}}}',
      "line 2 has an Event without involvedObject",
    ],
    ["null", "null", 'line 2 has no "t"'],
  ])("refuses a line with %s by its number", async (_, wrong, message) => {
    await expect(read(`${line(1)}\n${wrong}\n${line(2)}\n`)).rejects.toThrow(message);
  });

  it("names every line that is wrong, and a companion that is no JSON", async () => {
    await expect(read(`x\n${line(1)}\ny\n`)).rejects.toThrow(/^line 1 .*; line 3 /);
    await writeFile(join(folder, "b.meta.json"), "{");
    await expect(read(line(1), "b.jsonl")).rejects.toThrow("b.meta.json beside it is no JSON");
  });
});

const WAITS = new URL("../recordings/readiness-404.jsonl", import.meta.url).pathname;
const FAILS = new URL("../recordings/image-tag-missing.jsonl", import.meta.url).pathname;

describe("replay() of what the action recorded", () => {
  it("takes the inputs of the run", () => {
    const { events, meta } = readRecording(WAITS);
    const inputs = { timeout: 900, "stable-for": "auto", "readiness-patience": 10, "log-lines": 0 } as const;
    const { reason, at } = replay(events, { ...meta, inputs });
    expect(reason).toBe("ReadinessProbeFailed");
    expect(at).toBeLessThan(replay(events, meta).at - 60);
    expect(replay(events, { ...meta, inputs: { ...inputs, timeout: 5 } }).reason).toBe("Timeout");
  });

  it("takes our own rollback for no change of somebody else's", () => {
    const { events, meta } = readRecording(FAILS);
    const [before] = events.filter(({ object }) => object.kind === "Deployment");
    const changes = events.filter(({ t, object }) => t > 0 && object.kind === "Deployment");
    const generation = { ...(changes[0]?.object.metadata as object), generation: 3 };
    const back = { t: 0.5, type: "MODIFIED" as const, object: { ...before?.object, metadata: generation } };
    const rest = events.filter(({ t }) => t > 0.5);
    const all = [...events.filter(({ t }) => t <= 0.5), back, ...rest];
    expect(replay(all, meta).result).toBe("superseded");
    const { result } = replay([...events.filter(({ t }) => t < 30), { ...back, t: 30 }], {
      ...meta,
      rollback: 30,
    });
    expect(result).toBe("failed");
    expect(replay(all, { ...meta, rollback: 0.5 }).result).not.toBe("superseded");
  });

  it("decides what is due before the template is put back, also where nothing says that it was", () => {
    const { events, meta } = readRecording(WAITS);
    const { at } = replay(events, meta);
    const [before] = events.filter(({ object }) => object.kind === "Deployment");
    const metadata = { ...(before?.object.metadata as object), generation: 3 };
    const backAt = (t: number) => {
      const back = { t, type: "MODIFIED" as const, object: { ...before?.object, metadata } };
      return replay([...events.filter((event) => event.t < t), back], meta).result;
    };
    // Between two steps of a second the patience runs out.
    const results = [0.1, 0.3, 0.5, 0.7, 0.9].map((early) => backAt(at - early));
    expect(results).toContain("failed");
    expect(backAt(at - 5)).toBe("superseded");
  });

  it("judges a workload that had the image already", () => {
    const { events } = readRecording(FAILS);
    const standing = events.filter(({ t }) => t < 0);
    expect(replay(standing, { unchanged: true, duration: 200 }).result).toBe("succeeded");
    expect(replay(standing, { duration: 200 }).result).toBe("pending");
    expect(replay([], { unchanged: true, duration: 200 }).result).toBe("pending");
  });
});
