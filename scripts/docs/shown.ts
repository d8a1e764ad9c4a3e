import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { CAUSES } from "../../src/core/diagnosis/causes/index.ts";
import { logsOf } from "../../src/core/diagnosis/evidence.ts";
import type { Finding } from "../../src/core/diagnosis/finding.ts";
import { type Scene, sceneOf } from "../../src/core/diagnosis/scene.ts";
import { again, type Patience } from "../../src/core/diagnosis/symptom.ts";
import { formatDuration } from "../../src/core/duration.ts";
import type { RecordedEvent, RecordingMeta } from "../../src/core/recording/recording.ts";
import { SYNTHESISED } from "../../test/recordings/synthesised/rows.ts";
import { type Played, play, readRecording } from "../replay.ts";

const RECORDINGS = join(import.meta.dirname, "../../test/recordings");

/** A failure that a recording shows, as the engine names it. */
export interface Shown {
  readonly name: string;
  /** Recorded from a real cluster, not put together from quoted texts. */
  readonly isReal: boolean;
  readonly cause: Finding;
  /** How long it is given, in words; empty where the cause is no row of the table. */
  readonly given: string;
  readonly events: readonly RecordedEvent[];
  /** Recording seconds of the verdict. */
  readonly at: number;
}

/** Every failure that the recordings show: real ones first, then synthesised ones in their order. */
export function failuresShown(): readonly Shown[] {
  const real = readdirSync(RECORDINGS)
    .filter((file) => file.endsWith(".jsonl"))
    .sort()
    .map((file) => ({
      name: basename(file, ".jsonl"),
      isReal: true,
      ...readRecording(join(RECORDINGS, file)),
    }));
  return [...real, ...SYNTHESISED.map((each) => ({ ...each, isReal: false }))].flatMap(shownBy);
}

interface Recording {
  readonly name: string;
  readonly isReal: boolean;
  readonly events: readonly RecordedEvent[];
  readonly meta: RecordingMeta;
}

function shownBy({ name, isReal, events, meta }: Recording): readonly Shown[] {
  const played = play(events, meta);
  if (played?.decision.kind !== "failed") return [];
  const [cause] = played.decision.causes;
  return [{ name, isReal, cause, given: givenIn(played, cause), events, at: played.at }];
}

/** Another answer to how long the pods may take to become ready: what changes with it is given as long as that. */
const OTHER_READINESS_MS = 7_777_000;

function givenIn({ goal, state, observation }: Played, cause: Finding): string {
  const { workload } = observation;
  if (workload === undefined) return "";
  const { memory, time, evidence } = state;
  const scene = sceneOf({ goal, observation, workload, memory, logs: logsOf(evidence), now: time.now });
  const patience = patienceIn(scene, cause);
  const other = patienceIn({ ...scene, goal: { ...goal, readinessPatienceMs: OTHER_READINESS_MS } }, cause);
  if (patience === undefined) return "";
  return other?.lastingMs === OTHER_READINESS_MS ? "`readiness-patience`" : inWords(patience);
}

function patienceIn(scene: Scene, cause: Finding): Patience | undefined {
  const symptoms = CAUSES.flatMap(({ detect }) => detect(scene));
  const own = symptoms.filter(({ reason }) => reason === cause.reason);
  return (own.find(({ message }) => message === cause.message) ?? own[0])?.patience;
}

/** Patience as people say it. */
function inWords({ times, lastingMs, forRoom }: Patience): string {
  if (!Number.isFinite(lastingMs)) return "never by itself";
  const room = forRoom === true ? ", longer while pods go whose room would help" : "";
  return `${amountOf(times, lastingMs)}${room}`;
}

function amountOf(times: number, lastingMs: number): string {
  const long = formatDuration(lastingMs);
  if (times > 1) return lastingMs > 0 ? `${times} times, over ${long} or more` : `${times} times`;
  return lastingMs <= again.lastingMs ? `seen again after ${long}` : long;
}
