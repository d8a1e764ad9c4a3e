import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 20;

/** How long killed processes may take to be gone: a kernel that cannot end them at once will not soon. */
const LAST_WAIT_MS = 1000;

/**
 * Ends every process of a group: SIGTERM, and SIGKILL for what is still there after `graceMs`. Resolves when the
 * group is empty. What made itself a group of its own (`setsid`) is out of reach; the runner ends that with the
 * job. Windows has no groups, so there the tree below `leader` is killed at once.
 */
export async function endGroup(leader: number, graceMs: number): Promise<void> {
  if (!signalGroup(leader, "SIGTERM")) return;
  if (await isGone(leader, graceMs)) return;
  killGroup(leader);
  await isGone(leader, LAST_WAIT_MS);
}

/** Kills every process of a group at once. */
export function killGroup(leader: number): void {
  signalGroup(leader, "SIGKILL");
}

async function isGone(leader: number, withinMs: number): Promise<boolean> {
  for (let waited = 0; waited < withinMs; waited += POLL_MS) {
    if (!signalGroup(leader, 0)) return true;
    await sleep(POLL_MS);
  }
  return !signalGroup(leader, 0);
}

/** Whether there was a process that took the signal; 0 only asks. */
function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  if (process.platform === "win32") {
    if (signal !== 0) spawnSync("taskkill", ["/pid", `${leader}`, "/T", "/F"]);
    return false;
  }
  try {
    return process.kill(-leader, signal);
  } catch {
    return false;
  }
}
