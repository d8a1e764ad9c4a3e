import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { linesOf } from "./lines.ts";

/** What the supervisor tells: which group it started, and how that ended. */
export type Told =
  | { readonly kind: "started"; readonly group: number }
  | { readonly kind: "exited" }
  | { readonly kind: "timed-out" }
  | { readonly kind: "not-started"; readonly why: string };

/**
 * A socket between the action and its supervisor. While it stands, the command may run; when it is cut, on purpose
 * or because the action is no more, even by SIGKILL, the supervisor ends everything.
 */
export interface Lifeline {
  readonly path: string;
  /** All that was told so far. */
  readonly told: readonly Told[];
  /** Ends the command, or keeps it from being started. */
  cut(): void;
  /** Resolves when everything that was sent has been read; removes the socket. */
  close(): Promise<void>;
}

/** Longest folder whose socket paths still fit: macOS takes 103 bytes. */
const LONGEST_FOLDER = 75;

/** Opens a lifeline that nobody but this user can reach. */
export async function openLifeline(): Promise<Lifeline> {
  const path = await freePath();
  const told: Told[] = [];
  const sockets: Socket[] = [];
  const readings: Promise<void>[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    readings.push(read(socket, told));
  });
  server.listen(path);
  await once(server, "listening");
  const cut = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  const close = async () => {
    await Promise.all(readings);
    cut();
    if (process.platform !== "win32") await rm(dirname(path), { recursive: true, force: true });
  };
  return { path, told, cut, close };
}

async function freePath(): Promise<string> {
  if (process.platform === "win32") return `\\\\.\\pipe\\gke-safe-rollout-${randomUUID()}`;
  const folder = tmpdir().length > LONGEST_FOLDER ? "/tmp" : tmpdir();
  return join(await mkdtemp(join(folder, "verify-")), "lifeline");
}

async function read(socket: Socket, told: Told[]): Promise<void> {
  try {
    for await (const line of linesOf(socket)) told.push(JSON.parse(line));
  } catch {
    // Cut while it was read: what was told until then stands.
  }
}
