// The pgvector engine keeps the port's promises, on PGlite or the server that PARLANCE_TEST_VECTORS_URL names.
import { afterAll, beforeAll } from "vitest";
import { type VectorsServer, vectorsServer } from "../testing/vectors-server.ts";
import { annSuite } from "./ann.suite.ts";
import type { AnnEngine } from "./ann.ts";
import { type PgvectorOptions, pgvectorEngine } from "./pgvector.ts";
import { openVectorsDatabase, type VectorsDatabase } from "./vectors-database.ts";

let server: VectorsServer;
let database: VectorsDatabase;
let names = 0;

beforeAll(async () => {
  server = await vectorsServer();
  database = openVectorsDatabase({ url: server.url, called: "VECTORS" });
});
afterAll(async () => {
  await database?.close();
  await server?.close();
});

/** Opened at the first use: the server starts after the tests are declared. */
const engineOf = (collection: string, options: PgvectorOptions = {}) =>
  pgvectorEngine(
    {
      collection,
      database: {
        ask: (statements) => database.ask(statements),
        query: (text, values) => database.query(text, values),
        transaction: (work) => database.transaction(work),
        close: () => database.close(),
      },
    },
    options,
  );

/** The suite builds rows without names. */
const named = (engine: AnnEngine): AnnEngine => ({
  ...engine,
  build: (rows, path, options) => engine.build(rows, path, { ...options, segment: `s${names++}` }),
});

annSuite("pgvector comparing all rows", named(engineOf("exact", { hereBelow: 0 })), {
  rows: 3000,
  recall: 0.99,
  tolerance: 5e-4,
  isElsewhere: true,
});
annSuite(
  "pgvector with a graph",
  named(engineOf("graph", { graphFrom: 250, hereBelow: 0, stepRows: 1 })),
  {
    rows: 4000,
    recall: 0.98,
    tolerance: 5e-4,
    isElsewhere: true,
  },
);
annSuite("pgvector as it is set", named(engineOf("default")), {
  rows: 3000,
  recall: 0.99,
  tolerance: 5e-4,
  isElsewhere: true,
});
