/**
 * A text of a recording with one name for what differs from rollout to rollout: pods and their ReplicaSets, uids,
 * digests, addresses of pods.
 */
export function withoutNames(text: string): string {
  return text
    .replace(/\bweb-[0-9a-f]{6,10}-[a-z0-9]{5}(?![a-z0-9])/g, "web-5d4f8b9c7-x2x4z")
    .replace(/\bweb-[0-9a-f]{8,10}(?![0-9a-z])/g, "web-5d4f8b9c7")
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "UID")
    .replace(/\b[0-9a-f]{64}\b/g, "ID")
    .replace(/\b10(?:\.\d{1,3}){3}\b/g, "10.0.0.1");
}
