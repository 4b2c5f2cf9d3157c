// A worker process whose server dies while it still starts ends by itself: nobody would stop it any more.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { aHome, openHome } from "./workers.builders.ts";

let home: Awaited<ReturnType<typeof aHome>>;
beforeEach(async () => {
  home = await aHome();
});
afterEach(() => home.remove());

it("ends where its server has gone before it was ready", async () => {
  await (await openHome(home.folder)).close();
  const program = fileURLToPath(new URL("./main.ts", import.meta.url));
  const child = fork(program, ["watch", "watch-orphan", "0", "here"], {
    env: { ...process.env, PARLANCE_HOME: home.folder },
    stdio: "ignore",
  });
  try {
    child.disconnect();
    const [code] = await once(child, "exit", { signal: AbortSignal.timeout(60_000) });
    expect(code).toBe(0);
  } finally {
    child.kill("SIGKILL");
  }
}, 90_000);
