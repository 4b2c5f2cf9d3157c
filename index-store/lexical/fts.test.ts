// FTS5 keeps the port's promises, so that it may judge our own postings.
import { describe } from "vitest";
import { ftsEngine } from "./fts.ts";
import { lexicalSuite } from "./lexical.suite.ts";

describe("FTS5 as the oracle", () => lexicalSuite(ftsEngine));
