import type { RecordedEvent, RecordingMeta } from "../../core/recording/recording.ts";
import { createRedactor } from "../../core/recording/redact.ts";
import type { CachedKind } from "../kubernetes/cache.ts";
import type { Change, Raw } from "../kubernetes/feed.ts";
import type { Tap } from "../kubernetes/tap.ts";
import { type ObjectChange, OwnObjects } from "./own-objects.ts";
import type { RecordingFile } from "./recording-file.ts";

/** What a recorder works with. */
export interface RecorderOptions {
  readonly file: RecordingFile;
  /** Version of the action. */
  readonly action: string;
  readonly warn: (text: string) => void;
  /** Wall clock in milliseconds. */
  readonly now: () => number;
}

/**
 * Writes a recording while the run goes on: all that is told of the workload, without its secrets. When it cannot
 * go on it says so once, and the run goes on without it.
 */
export class Recorder implements Tap {
  readonly #options: RecorderOptions;
  readonly #redact = createRedactor();
  readonly #own = new OwnObjects();
  /** The state before, until it is known when the rollout begins; times are of the wall clock. */
  #before: { readonly at: number; readonly type: Change; readonly object: RecordedEvent["object"] }[] = [];
  #templateBefore: string | undefined;
  #startedAt: number | undefined;
  #meta: RecordingMeta;
  #isOver = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#meta = { action: options.action };
  }

  isOf(server: string): void {
    this.#meta = { ...this.#meta, server };
  }

  begin(): void {
    if (this.#startedAt !== undefined) return;
    const startedAt = this.#options.now();
    this.#startedAt = startedAt;
    this.#try(() => {
      this.#describe({ start: new Date(startedAt).toISOString() });
      for (const { at, type, object } of this.#before)
        this.#write({ t: Math.min(-0.001, toSeconds(at - startedAt)), type, object });
    });
    this.#before = [];
  }

  listed(kind: CachedKind, objects: readonly Raw[]): void {
    this.#try(() => this.#keep(this.#own.listed(kind, objects)));
  }

  told(type: Change, object: Raw): void {
    this.#try(() => this.#keep(this.#own.told(type, object)));
  }

  wrote(workload: Raw): void {
    this.told("MODIFIED", workload);
    if (templateOf(workload) !== this.#templateBefore) return;
    this.#try(() => this.#describe({ rollback: this.#t() }));
  }

  /** Ends the recording with what only the end of a run knows, made of its second and of what is known already. */
  close(toMeta: (seconds: number, known: RecordingMeta) => RecordingMeta): void {
    this.begin();
    this.#try(() => this.#describe(toMeta(this.#meta.stopped ?? this.#t(), this.#meta)));
    this.#try(() => this.#options.file.close());
    this.#isOver = true;
  }

  #keep(changes: readonly ObjectChange[]): void {
    for (const { type, object } of changes) {
      const redacted = this.#redact(object as unknown as RecordedEvent["object"]);
      if (this.#startedAt !== undefined) {
        this.#write({ t: this.#t(), type, object: redacted });
        continue;
      }
      if (redacted.kind === "Deployment") this.#templateBefore = templateOf(object);
      this.#before.push({ at: this.#options.now(), type, object: redacted });
    }
  }

  #write(event: RecordedEvent): void {
    if (this.#meta.stopped !== undefined || this.#options.file.add(event)) return;
    this.#describe({ stopped: event.t });
    this.#options.warn("The recording has come to its limit of 64 MiB and stops here; the run goes on");
  }

  #describe(more: RecordingMeta): void {
    this.#meta = { ...this.#meta, ...more };
    this.#options.file.describe(this.#meta);
  }

  #t(): number {
    return Math.max(0.001, toSeconds(this.#options.now() - (this.#startedAt ?? 0)));
  }

  #try(work: () => void): void {
    if (this.#isOver) return;
    try {
      work();
    } catch (error) {
      this.#isOver = true;
      this.#options.warn(`The recording stops here, and the run goes on: ${String(error)}`);
    }
  }
}

const toSeconds = (ms: number): number => Math.round(ms) / 1000;

/** Our write forward changes images, our write back restores the template: both show in its spec. */
const templateOf = (workload: object): string | undefined =>
  JSON.stringify((workload as { spec?: { template?: { spec?: unknown } } }).spec?.template?.spec);
