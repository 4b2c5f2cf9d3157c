// @vitest-environment happy-dom
// Uploads of somebody who is signed in: a file is sent with the token, and events are followed with a ticket.
import { afterEach, describe, expect, it, vi } from "vitest";
import { aToken, signedInAs } from "../testing/account.builders.ts";
import { anUpload } from "../testing/answers.builders.ts";
import { giveEventSource, giveTransfers, TestEventSource } from "../testing/browser.builders.ts";
import { type Answers, serve } from "../testing/web-app.builders.tsx";
import { currentSession, startSession } from "./session.ts";
import { followUpload, sendFile } from "./uploads.ts";

let stop = () => {};
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

const signIn = async (answers: Answers = {}) => {
  const server = serve({ ...signedInAs(), ...answers });
  stop = startSession();
  await vi.waitFor(() => expect(currentSession().kind).toBe("signed-in"));
  return server;
};

describe("a file", () => {
  it("is sent with the token, and again with a new one where it was refused", async () => {
    let made = 0;
    await signIn({ "POST /api/v1/auth/refresh": () => aToken(`access-${++made}`) });
    const sent = giveTransfers((headers) =>
      headers["authorization"] === "Bearer access-2"
        ? { status: 202, body: anUpload() }
        : { status: 401, body: { code: "signed-out" } },
    );
    const sending = {
      collection: "col_a",
      file: new File(["hello"], "chat.txt"),
      key: "key-1",
      inspect: false,
      signal: new AbortController().signal,
    };
    expect((await sendFile(sending, () => {})).id).toBe("upl_a");
    expect(sent.map(({ headers }) => headers["authorization"])).toEqual([
      "Bearer access-1",
      "Bearer access-2",
    ]);
    // The same upload for the server, however often it is sent.
    expect(new Set(sent.map(({ headers }) => headers["idempotency-key"]))).toEqual(
      new Set(["key-1"]),
    );
  });
});

describe("the events of an upload", () => {
  it("are followed with a ticket, and with a new one where the stream was refused", async () => {
    giveEventSource();
    let made = 0;
    const server = await signIn({
      "POST /api/v1/account/tickets": () => ({ ticket: `t${++made}` }),
    });
    const followed: string[] = [];
    const unfollow = followUpload("upl_a", ({ state }) => followed.push(state));
    const urls = () => TestEventSource.opened.map(({ url }) => url);
    await vi.waitFor(() => expect(urls()).toEqual(["/api/v1/uploads/upl_a/events?ticket=t1"]));
    expect(server.bodies("POST /api/v1/account/tickets")).toEqual([
      { path: "/api/v1/uploads/upl_a/events" },
    ]);
    TestEventSource.opened[0]?.fail();
    await vi.waitFor(() => expect(urls()[1]).toBe("/api/v1/uploads/upl_a/events?ticket=t2"), {
      timeout: 20_000,
    });
    TestEventSource.opened[1]?.send("upload", anUpload());
    expect(followed).toEqual(["done"]);
    expect(TestEventSource.opened[1]?.isClosed).toBe(true);
    unfollow();
  });
});
