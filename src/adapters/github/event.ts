import { readFileSync } from "node:fs";
import type { Environment } from "../environment.ts";

/** Reads the payload of the event that started the workflow; `undefined` when there is none that can be read. */
export function readEvent(env: Environment): unknown {
  try {
    return JSON.parse(readFileSync(env.GITHUB_EVENT_PATH ?? "", "utf8"));
  } catch {
    return undefined;
  }
}

/** Whether the event says that the repository is private. Internal ones are; what cannot be read is not. */
export function isPrivateRepository(env: Environment): boolean {
  const event = readEvent(env) as { repository?: { private?: unknown } | null } | null | undefined;
  return event?.repository?.private === true;
}
