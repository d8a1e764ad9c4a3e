/**
 * What a proxy answered when it was asked for a tunnel and gave none; `undefined` for any other failure. undici tells
 * it in its text alone, under the code of an abort.
 * Source: undici/lib/dispatcher/proxy-agent.js (8.13.1), `Proxy response (…) !== 200 when HTTP Tunneling`.
 */
export function tunnelRefusal(error: unknown): number | undefined {
  const { code, message } = Object(error);
  if (code !== "UND_ERR_ABORTED") return;
  const [, status] = /^Proxy response \((\d{3})\)/.exec(String(message)) ?? [];
  return status === undefined ? undefined : Number(status);
}
