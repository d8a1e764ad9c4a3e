import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";

/** What a process took, from its start to its end. */
export interface Taken {
  readonly seconds: number;
  /** Of processors, in user and system mode. */
  readonly cpuSeconds: number;
  /** The most memory that was resident (`VmHWM`). */
  readonly peakMegabytes: number;
}

const POLL_MS = 20;
/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const TICKS = 100;

/** Measures a process that has just been started, until it is gone. Linux only. */
export async function measured(child: ChildProcess): Promise<Taken> {
  const start = performance.now();
  let peakMegabytes = 0;
  let cpuSeconds = 0;
  const look = async () => {
    const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
    const stat = await readFile(`/proc/${child.pid}/stat`, "utf8").catch(() => "");
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(status) ?? [];
    if (kilobytes !== undefined) peakMegabytes = Math.round(Number(kilobytes) / 1024);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (fields.length > 12) cpuSeconds = (Number(fields[11]) + Number(fields[12])) / TICKS;
  };
  const timer = setInterval(look, POLL_MS);
  await new Promise((done) => child.once("close", done));
  clearInterval(timer);
  return { seconds: (performance.now() - start) / 1000, cpuSeconds, peakMegabytes };
}
