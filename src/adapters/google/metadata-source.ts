import { DEFAULT_UNIVERSE } from "google-auth-library";
import { Agent, request } from "undici";
import { Refusal } from "../kubernetes/failure.ts";
import { explainMetadata } from "./explain-metadata.ts";
import { tenantOf } from "./identity.ts";
import { SCOPES, SHORTEST_MS, type TokenSource } from "./token.ts";
import { ask, SignInFailure, type WireOptions } from "./wire.ts";

const METADATA_HOST = "169.254.169.254";
/** On a machine that is not Google's, nothing answers there, or someone else does. */
const METADATA_MS = 5_000;

/** Tokens of the machine or the Kubernetes service account that the runner runs as. */
export function metadataSource(options: WireOptions): TokenSource {
  const { GCE_METADATA_HOST, GCE_METADATA_IP } = options.env;
  const host = GCE_METADATA_IP || GCE_METADATA_HOST || METADATA_HOST;
  const base = `${/^https?:\/\//.test(host) ? host : `http://${host}`}/computeMetadata/v1`;
  let email: string | undefined;
  let gaveTokens = false;
  const read = (path: string): Promise<string> =>
    ask(
      {
        url: new URL(`${base}/${path}`),
        method: "GET",
        headers: { "metadata-flavor": "Google" },
        deadlineMs: METADATA_MS,
        direct: true,
      },
      options,
    );
  return {
    text: `the metadata server ${host}`,
    mint: async () => {
      try {
        const scopes = encodeURIComponent(SCOPES.join(","));
        const answer = JSON.parse(await read(`instance/service-accounts/default/token?scopes=${scopes}`));
        email ??= await read("instance/service-accounts/default/email").catch(() => undefined);
        gaveTokens = true;
        const lifetimeMs = (answer.expires_in ?? SHORTEST_MS / 1000) * 1000;
        return { value: String(answer.access_token), lifetimeMs, quotaProject: undefined };
      } catch (error) {
        const isAnswer = error instanceof SignInFailure && error.cause instanceof Refusal;
        const isGoogle = isAnswer && (await isMetadataServer(new URL("/", base)));
        throw explainMetadata(error, { host, env: options.env, isGoogle, gaveTokens });
      }
    },
    identity: () =>
      email === undefined
        ? { text: `the service account of ${host}`, member: undefined }
        : tenantOf(email.trim()),
    universe: () =>
      read("universe/universe-domain").then(
        (text) => text.trim() || DEFAULT_UNIVERSE,
        () => DEFAULT_UNIVERSE,
      ),
  };
}

/**
 * Whether it is Google's metadata server that answers there, and not somebody else. Source: Compute Engine
 * documentation, "About VM metadata", of the header `Metadata-Flavor` in its answers.
 */
async function isMetadataServer(url: URL): Promise<boolean> {
  // Of its own, so that no proxy stands between.
  const dispatcher = new Agent();
  try {
    const signal = AbortSignal.timeout(METADATA_MS);
    const { headers, body } = await request(url, { dispatcher, signal });
    await body.dump();
    return headers["metadata-flavor"] === "Google";
  } catch {
    // Silent: it is none, as far as can be told.
    return false;
  } finally {
    await dispatcher.destroy();
  }
}
