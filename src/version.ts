declare const __VERSION__: string | undefined;

/** The version of the package, put in by the bundler; `development` when the source runs as it is. */
export const VERSION = typeof __VERSION__ === "undefined" ? "development" : __VERSION__;
