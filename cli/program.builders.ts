// The program that tests start: the bundle that `npm test` has made, as people start it; the sources where a test is run by itself.
import { join } from "node:path";

export const program = process.env["PARLANCE_TEST_PROGRAM"] ?? join(import.meta.dirname, "main.ts");
