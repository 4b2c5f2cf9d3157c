// The exact engine keeps the port's promises.
import { annSuite } from "./ann.suite.ts";
import { flatEngine } from "./flat.ts";

annSuite("flat", flatEngine(), { rows: 3000 });
