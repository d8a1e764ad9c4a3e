import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { shown } from "../../core/inputs/problem.ts";
import { ActionError } from "../../core/reason.ts";
import type { RecordedEvent, RecordingMeta } from "../../core/recording/recording.ts";

/** Most that a recording takes, in bytes. */
const MOST = 64 * 1024 * 1024;

/** Where a recording is written, line by line: what a killed run leaves is whole up to its last line. */
export interface RecordingFile {
  /** `false` once there is no more room for it. Throws where it cannot be written. */
  add(event: RecordedEvent): boolean;
  /** Replaces what stands beside the recording. Throws where it cannot be written. */
  describe(meta: RecordingMeta): void;
  close(): void;
}

/**
 * Makes the file of the input `record` and the `.meta.json` beside it, with the folders above them. Throws
 * `ActionError` (`InvalidInput`) when one of them is there already or cannot be made.
 */
export function openRecordingFile(path: string, most: number = MOST): RecordingFile {
  const beside = besideOf(path);
  const file = create(path, path);
  try {
    closeSync(create(beside, path));
  } catch (error) {
    closeSync(file);
    rmSync(path);
    throw error;
  }
  let left = most;
  return {
    add: (event) => {
      const line = Buffer.from(`${JSON.stringify(event)}\n`);
      left -= line.length;
      if (left < 0) return false;
      for (let from = 0; from < line.length; ) from += writeSync(file, line, from);
      return true;
    },
    describe: (meta) => writeFileSync(beside, `${JSON.stringify(meta, undefined, 1)}\n`),
    close: () => closeSync(file),
  };
}

/** What stands beside a recording. */
const besideOf = (path: string): string => path.replace(/\.jsonl$/, "").concat(".meta.json");

function create(path: string, input: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, "wx", 0o600);
  } catch (error) {
    const where = path === input ? "" : `its companion ${shown(path)}: `;
    throw new ActionError(
      "InvalidInput",
      `Input "record" is ${shown(input)}: ${where}${whyOf(error)}; expected the path of a new file, for example "recordings/web.jsonl"`,
    );
  }
}

const WHY: Readonly<Record<string, string>> = {
  EEXIST: "there is something of that name already, which is not overwritten",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of it is a file, not a folder",
  EACCES: "it may not be written there (EACCES)",
  EPERM: "it may not be written there (EPERM)",
  EROFS: "the file system is read-only (EROFS)",
  ENOSPC: "there is no space left on the device (ENOSPC)",
  ENAMETOOLONG: "it is too long a name (ENAMETOOLONG)",
};

function whyOf(error: unknown): string {
  const { code = "" } = error as NodeJS.ErrnoException;
  return WHY[code] ?? `it cannot be made (${code === "" ? String(error) : code})`;
}
