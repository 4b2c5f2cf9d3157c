// Tests that failing output does not end the process: on a full disk (/dev/full), without a reader, with a closed descriptor.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const script = `
  import { dropFailedOutput, openLog } from ${JSON.stringify(join(import.meta.dirname, "log.ts"))};
  dropFailedOutput(process.stdout, process.stderr);
  const log = openLog("info");
  const later = () => new Promise((resolve) => setTimeout(resolve, 20));
  for (let line = 0; line < 5; line++) {
    process.stderr.write("a line\\n");
    process.stdout.write("a line\\n");
    console.error("a line");
    console.log("a line");
    log.error("a line");
    await later();
  }
  process.exitCode = 42;
`;

/** Runs the script with both outputs going there; resolves to its exit code. */
const run = async (
  output: "pipe" | number,
  meanwhile?: (child: ReturnType<typeof spawn>) => void,
) => {
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", output, output],
  });
  meanwhile?.(child);
  const [code] = await once(child, "exit");
  return code;
};

describe("a process whose output cannot be written", () => {
  it.skipIf(process.platform !== "linux")(
    "continues where the disk is full (/dev/full is Linux's)",
    async () => {
      expect(await run(openSync("/dev/full", "w"))).toBe(42);
    },
  );

  it("continues where nobody reads any more", async () => {
    const code = await run("pipe", (child) => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    });
    expect(code).toBe(42);
  });
});
