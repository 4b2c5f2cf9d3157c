// Tests that the embedder over a message port fulfils the contract of embedders and passes errors on.
import { MessageChannel } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { unavailable } from "#services/domain/errors.ts";
import { embedSuite } from "./embed.suite.ts";
import { openHashEmbedder } from "./hash.ts";
import { embedderOverPort, serveEmbedder } from "./port.ts";

const hash = () => openHashEmbedder({ dim: 64 });
const countTokens = async () => hash().countTokens;

embedSuite("an embedder over a message port", async () => {
  const { port1, port2 } = new MessageChannel();
  serveEmbedder(port1, async () => hash());
  return embedderOverPort(port2, countTokens)();
});

describe("an embedder over a message port", () => {
  it("passes on why the model is unavailable, and opens it once it is available", async () => {
    const { port1, port2 } = new MessageChannel();
    let there = false;
    serveEmbedder(port1, async () => {
      if (!there) throw unavailable("No network.", { code: "model-unavailable" });
      return hash();
    });
    const open = embedderOverPort(port2, countTokens);
    await expect(open()).rejects.toMatchObject({ kind: "unavailable", code: "model-unavailable" });
    there = true;
    expect((await open()).model.dim).toBe(64);
    port1.close();
  });

  it("fails pending requests when the other end closes", async () => {
    const { port1, port2 } = new MessageChannel();
    const never = new Promise<never>(() => undefined);
    serveEmbedder(port1, () => never);
    const opening = embedderOverPort(port2, countTokens)();
    port1.close();
    await expect(opening).rejects.toMatchObject({ code: "embedder-closed" });
  });
});
