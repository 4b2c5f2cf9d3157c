// Tests of the queue of files that this browser sends.
import { expect, it } from "vitest";
import { makeQueryClient } from "./query-client.ts";
import { allTransfers, dropTransfer, sendFiles } from "./transfers.ts";

it("refuses a file that is no chat log by its first bytes before anything is sent", async () => {
  const picture = new File([Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10)], "cat.png");
  sendFiles("col_a", [picture], { client: makeQueryClient(), inspect: false });
  await expect.poll(() => allTransfers()[0]?.kind).toBe("failed");
  const [one] = allTransfers();
  expect(one).toMatchObject({
    error: { code: "binary-file", message: '"cat.png" is a PNG picture, not a chat log.' },
  });
  dropTransfer(one?.key ?? "");
});
