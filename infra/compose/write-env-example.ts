// Writes infra/compose/.env.example anew: run it after a change of the settings.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { envExample } from "./env-example.ts";

writeFileSync(join(import.meta.dirname, ".env.example"), envExample());
