import type { CachedKind } from "../kubernetes/cache.ts";
import type { Change, Raw } from "../kubernetes/feed.ts";
import { isOlder } from "../kubernetes/resource-version.ts";
import { subjectOf, uidOf, versionOf } from "./belonging.ts";

/** One change of one object. */
export interface ObjectChange {
  readonly type: Change;
  readonly object: Raw;
}

/** Changes that wait for their owner, at most: a namespace can be full of others' events. */
const MOST_WAITING = 10_000;

/**
 * Of all that is told, what belongs to one workload, each state once: reads, lists and streams tell much of it
 * again. What is told before its owner comes right after it.
 */
export class OwnObjects {
  readonly #known = new Map<string, { readonly kind: CachedKind; readonly object: Raw }>();
  /** uids of the workload and of all that it ever owned. */
  readonly #ours = new Set<string>();
  readonly #waiting = new Map<string, ObjectChange[]>();
  #waitingCount = 0;

  /** The changes that a whole list of one kind tells: what is not in it is gone. */
  listed(kind: CachedKind, objects: readonly Raw[]): readonly ObjectChange[] {
    const there = new Set(objects.map(uidOf));
    const gone = [...this.#known].filter(([uid, known]) => known.kind === kind && !there.has(uid));
    return [
      ...gone.flatMap(([, { object }]) => this.told("DELETED", object)),
      // Items of a list do not say what they are.
      ...objects.flatMap((object) => this.told("ADDED", { kind, ...object } as Raw)),
    ];
  }

  /** The changes that one event tells: itself, and what waited for it. */
  told(type: Change, object: Raw): readonly ObjectChange[] {
    const subject = subjectOf(object);
    if (subject === undefined) return [];
    const { kind, owner } = subject;
    if (owner !== undefined && !this.#ours.has(owner)) return this.#wait(owner, { type, object });
    const uid = uidOf(object);
    const known = this.#known.get(uid)?.object;
    if (type === "DELETED") {
      const last = this.#known.delete(uid);
      return last ? [{ type, object }] : [];
    }
    if (known !== undefined && !isNews(object, known)) return [];
    this.#known.set(uid, { kind, object });
    return [{ type: known === undefined ? "ADDED" : "MODIFIED", object }, ...this.#welcome(uid)];
  }

  #wait(owner: string, change: ObjectChange): readonly ObjectChange[] {
    if (this.#waitingCount >= MOST_WAITING) this.#forgetOldest();
    this.#waitingCount += 1;
    const others = this.#waiting.get(owner);
    if (others === undefined) this.#waiting.set(owner, [change]);
    else others.push(change);
    return [];
  }

  #forgetOldest(): void {
    const [oldest] = this.#waiting;
    if (oldest === undefined) return;
    this.#waiting.delete(oldest[0]);
    this.#waitingCount -= oldest[1].length;
  }

  #welcome(uid: string): readonly ObjectChange[] {
    this.#ours.add(uid);
    const waiting = this.#waiting.get(uid) ?? [];
    this.#waiting.delete(uid);
    this.#waitingCount -= waiting.length;
    return waiting.flatMap(({ type, object }) => this.told(type, object));
  }
}

const isNews = (object: Raw, known: Raw): boolean =>
  versionOf(object) !== versionOf(known) && !isOlder(versionOf(object), versionOf(known));
