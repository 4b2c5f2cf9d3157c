// Tests that a file is refused while too much waits, before it is read, and taken again when that is read.
import { describe, expect, it } from "vitest";
import { seconds } from "#services/domain/units.ts";
import { enqueue } from "#services/store/store.ts";
import { openTestApi } from "./api.builders.ts";
import { requireRoomToWait } from "./back-pressure.ts";

const limits = { maxWaitingJobs: 10, maxWaitingBytes: 1000 };
const told = (backlog: { jobs: number; bytes: number }, bytes: number): string => {
  try {
    requireRoomToWait(backlog, bytes, limits);
    return "taken";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
};

describe("what may wait", () => {
  it("is bounded in jobs and in bytes", () => {
    expect(told({ jobs: 9, bytes: 500 }, 500)).toBe("taken");
    expect(told({ jobs: 10, bytes: 0 }, 0)).toContain("10 jobs");
    expect(told({ jobs: 1, bytes: 500 }, 501)).toContain("files of 500 B");
  });

  it("may be one file that is larger than the limit", () => {
    expect(told({ jobs: 0, bytes: 0 }, 5000)).toBe("taken");
    expect(told({ jobs: 1, bytes: 5000 }, 1)).not.toBe("taken");
  });
});

describe("a file that is sent while too much waits", () => {
  it("is refused before its first byte, and says when to come again", async () => {
    const api = await openTestApi({ idle: true, env: { PARLANCE_MAX_WAITING_JOBS: "1" } });
    try {
      const { id } = await api.makeCollection("Garden club");
      const path = `/api/v1/collections/${id}/uploads`;
      const put = (body: string | ReadableStream) =>
        api.ask(`${path}?filename=a.txt`, { method: "PUT", body, duplex: "half" } as RequestInit);
      expect((await put("[2026-01-01 10:00] ada: hello\n")).status).toBe(202);
      let pulled = 0;
      const body = new ReadableStream(
        {
          pull(controller) {
            pulled++;
            controller.enqueue(new Uint8Array(1000));
          },
        },
        { highWaterMark: 0 },
      );
      const refused = await put(body);
      expect(refused.status).toBe(503);
      expect(refused.headers.get("retry-after")).toBe("30");
      expect(await refused.json()).toMatchObject({ code: "too-much-waiting" });
      expect(pulled).toBe(0);
      const form = new FormData();
      form.append("file", new Blob(["hello"]), "b.txt");
      expect((await api.ask(path, { method: "POST", body: form })).status).toBe(503);
    } finally {
      await api.close();
    }
  });

  it("so is one that is kept, and would be read again with other columns", async () => {
    const api = await openTestApi({ env: { PARLANCE_MAX_WAITING_JOBS: "3" } });
    try {
      const { id } = await api.makeCollection("Garden club");
      const table = "time,author,text\n2026-01-01 10:00,ada,hello\n2026-01-01 10:01,bo,bye\n";
      const read = await api.importText(id, "talk.csv", table);
      const { store } = api.parlance;
      for (let nth = 0; nth < 3; nth += 1)
        await store.transaction((rows) =>
          enqueue(store, rows, {
            name: "erase.requested",
            payload: { collection: id, origin: null },
            key: `later ${nth}`,
            delay: seconds(3600),
          }),
        );
      const body = { text: [{ column: "text" }] };
      const path = `/api/v1/uploads/${read.id}/columns`;
      expect(await api.refusal(path, { method: "PUT", body })).toEqual([503, "too-much-waiting"]);
    } finally {
      await api.close();
    }
  });
});
