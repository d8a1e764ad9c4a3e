import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Agent, request } from "undici";

/*
 * The least that any reader of a cluster does: takes every page of nodes and pods, and parses it. Prints how many
 * objects there were.
 */

const [url = "", authority = ""] = process.argv.slice(2);
const dispatcher = new Agent({ connect: { ca: readFileSync(authority) } });
const unzipped = promisify(gunzip);
let count = 0;
for (const path of ["/api/v1/nodes", "/api/v1/pods"]) {
  let next = "";
  do {
    const { body } = await request(`${url}${path}?limit=500${next && `&continue=${next}`}`, {
      dispatcher,
      headers: { "accept-encoding": "gzip" },
    });
    const { metadata, items } = JSON.parse((await unzipped(await body.arrayBuffer())).toString()) as {
      metadata: { continue?: string };
      items: unknown[];
    };
    count += items.length;
    next = metadata.continue ?? "";
  } while (next !== "");
}
console.log(count);
process.exit();
