// Writes infra/docs/formats.md anew: run it after a change of the guides.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatsPage } from "./format-guides.ts";

writeFileSync(join(import.meta.dirname, "formats.md"), formatsPage());
