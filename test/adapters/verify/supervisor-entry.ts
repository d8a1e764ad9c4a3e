import { SUPERVISE, superviseMain } from "../../../src/adapters/verify/supervise.ts";

/** Stands for our bundle, which is a supervisor when it is started with `SUPERVISE`. */
if (process.argv[2] === SUPERVISE) process.exit(await superviseMain(process.argv.slice(3), process.env));
