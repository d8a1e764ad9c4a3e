/** Longest start that a generated name keeps. Source: apiserver/pkg/storage/names/generate.go (v0.36.3). */
const GENERATED_PREFIX = 58;

/**
 * What the names of a workload's ReplicaSets and pods begin with, and its own: the whole of its name, unless that is
 * too long for the pods'.
 */
export const nameStartOf = (workload: string): string => workload.slice(0, GENERATED_PREFIX);
