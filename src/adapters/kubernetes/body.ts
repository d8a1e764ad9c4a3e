import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Dispatcher } from "undici";

const unzipped = promisify(gunzip);

/**
 * The whole body of an answer; one that was asked for as `gzip` may come so, or not. Throws what the connection threw,
 * and Node's `Z_DATA_ERROR` or the like when it is no gzip.
 */
export async function textOf({ headers, body }: Dispatcher.ResponseData): Promise<string> {
  if (headers["content-encoding"] !== "gzip") return body.text();
  return (await unzipped(await body.arrayBuffer())).toString();
}
