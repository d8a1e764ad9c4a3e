import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { rolldown } from "rolldown";
import rollupPluginLicense from "rollup-plugin-license";

/** Its types describe an ES module; what is installed is CommonJS, whose default import is the function itself. */
const license = rollupPluginLicense as unknown as typeof rollupPluginLicense.default;

const ROOT = resolve(import.meta.dirname, "..");

/**
 * Builds what the runner starts: `index.js`, one ESM file with every dependency in it, and beside it
 * `licenses.txt`, the licences of what went in. The same source gives the same bytes.
 */
export async function bundle(outDir: string): Promise<void> {
  const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  await rm(outDir, { recursive: true, force: true });
  const build = await rolldown({
    cwd: ROOT,
    input: "src/main.ts",
    platform: "node",
    transform: { define: { __VERSION__: JSON.stringify(version) } },
    plugins: [
      license({
        thirdParty: {
          output: { file: join(outDir, "licenses.txt"), encoding: "utf8" },
          includePrivate: false,
        },
      }),
    ],
  });
  await build.write({
    file: join(outDir, "index.js"),
    format: "esm",
    codeSplitting: false,
    minify: true,
    comments: false,
    // CommonJS parts of dependencies call `require`, which an ES module does not have.
    banner:
      'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  });
  await build.close();
}

if (import.meta.main) await bundle(process.argv[2] ?? join(ROOT, "dist"));
