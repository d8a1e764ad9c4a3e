import { type Api, read } from "./api.ts";
import type { CachedKind } from "./cache.ts";
import type { Change, Raw } from "./feed.ts";

/** Hears all that the API tells of one workload, raw, in order of arrival. Throws nothing. */
export interface Tap {
  /** The rollout begins now, unless it has begun before: everything until here was the state before. */
  begin(): void;
  /** A whole list of one kind: what is not in it is gone. */
  listed(kind: CachedKind, objects: readonly Raw[]): void;
  /** One event of a watch. */
  told(type: Change, object: Raw): void;
  /** The workload, as the API returned it to a write of ours. */
  wrote(workload: Raw): void;
  /** The server's version, as it says it itself. */
  isOf(server: string): void;
}

/** Tells the version of the server, where it can be read. */
export async function tellVersion(api: Api, tap: Tap, signal: AbortSignal): Promise<void> {
  try {
    const { gitVersion } = await read<{ gitVersion?: string }>(api, "/version", signal, { once: true });
    tap.isOf(String(gitVersion));
  } catch {
    // A recording is good without it.
  }
}
