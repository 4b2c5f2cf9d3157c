// @vitest-environment happy-dom
// Looking at the app as somebody else, in the pages: it is begun with a reason, shown above every page, and over in all its ways.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { currentLook } from "../api/session.ts";
import { aMember, anAccount, anOrganization, signedInAs } from "../testing/account.builders.ts";
import { aCollection } from "../testing/answers.builders.ts";
import { type Answers, closeApp, openApp, problem } from "../testing/web-app.builders.tsx";

afterEach(() => {
  closeApp();
  sessionStorage.clear();
});

const begin = "POST /api/v1/members/usr_b/look";
const end = "POST /api/v1/account/look/end";
const signedOut = () =>
  problem(401, { code: "signed-out", title: "Signed out", detail: "It is over." });

const asTobi = anAccount({
  user: {
    id: "usr_b",
    email: "tobi@example.org",
    name: "Tobi Lang",
    picture: null,
    createdAt: 1,
    hasPassword: false,
    preferences: {
      timeZone: null,
      language: null,
      colorScheme: "dark",
      searchMode: null,
      collection: null,
      countSearches: true,
      notices: {
        imports: { app: true, mail: true },
        alerts: { app: true, mail: "off" },
        devices: { mail: true },
      },
    },
  },
  role: "viewer",
  session: null,
  look: { by: "Mira Okafor", until: 2 },
});
/** By whose token it is asked. */
const byToken = (own: unknown, seen: unknown) => (_: unknown, headers: Headers) =>
  headers.get("authorization") === "Bearer look-1" ? seen : own;

const open = (given: Answers = {}, expiresIn = 1800) =>
  openApp("/organization", {
    ...signedInAs(),
    "GET /api/v1/organization": anOrganization({ allowsLooking: true }),
    "GET /api/v1/members": {
      members: [aMember({ id: "usr_a", name: "Mira Okafor", role: "owner" }), aMember()],
    },
    "GET /api/v1/invitations": { invitations: [] },
    "GET /api/v1/account": byToken(anAccount(), asTobi),
    "GET /api/v1/collections": byToken(
      { collections: [] },
      { collections: [aCollection({ name: "Diary", level: "read" })] },
    ),
    [begin]: { access: "look-1", expiresIn, as: { id: "usr_b", name: "Tobi Lang" } },
    [end]: new Response(null, { status: 204 }),
    ...given,
  });

const look = async () => {
  fireEvent.click(await screen.findByRole("button", { name: "More for Tobi Lang" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: "Look as Tobi Lang…" }));
  const dialog = await screen.findByRole("dialog", { name: "Look at Parlance as Tobi Lang?" });
  const field = (label: string) => within(dialog).getByLabelText(label, { selector: "input" });
  fireEvent.change(field("Reason"), { target: { value: " ticket 17 " } });
  fireEvent.change(field("Your password"), { target: { value: "secret" } });
  fireEvent.click(within(dialog).getByRole("button", { name: "Look" }));
};
const banner = () => screen.findByRole("region", { name: "Read-only view" });

describe("looking as somebody else", () => {
  it("is offered where the organization allows it only", async () => {
    open({ "GET /api/v1/organization": anOrganization() });
    fireEvent.click(await screen.findByRole("button", { name: "More for Tobi Lang" }));
    await screen.findByRole("menuitem", { name: "Suspend…" });
    expect(screen.queryByRole("menuitem", { name: /^Look as/ })).toBeNull();
  });

  it("shows what that person may read, under a banner, until it is stopped", async () => {
    const app = open();
    await look();
    expect((await banner()).textContent).toMatch(
      /^You see Parlance as Tobi Lang, read-only, 30 min left\.Stop$/,
    );
    expect(app.bodies(begin)).toEqual([{ reason: "ticket 17", password: "secret" }]);
    await screen.findByRole("heading", { name: "Diary" });
    fireEvent.click(screen.getByRole("button", { name: "Your account: Tobi Lang" }));
    await screen.findByRole("menuitem", { name: "Sign out" });
    expect(screen.queryByRole("menuitem", { name: "Account" })).toBeNull();
    expect(screen.queryByRole("menuitem", { name: "Organization" })).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "Stop" }));
    await screen.findByRole("list", { name: "Members" });
    expect(currentLook()).toBeUndefined();
    const ended = app.asked.find(({ request }) => request === end);
    expect(ended?.headers.get("authorization")).toBe("Bearer look-1");
    expect(screen.queryByRole("region", { name: "Read-only view" })).toBeNull();
  });

  it("is not begun without a reason, nor where the password is wrong", async () => {
    const app = open({
      [begin]: problem(400, {
        code: "wrong-password",
        title: "Wrong",
        detail: "The password is wrong.",
      }),
    });
    fireEvent.click(await screen.findByRole("button", { name: "More for Tobi Lang" }));
    fireEvent.click(await screen.findByRole("menuitem", { name: "Look as Tobi Lang…" }));
    fireEvent.click(await screen.findByRole("button", { name: "Look" }));
    await screen.findByText("Say why.");
    expect(app.bodies(begin)).toEqual([]);
    fireEvent.click(screen.getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await look();
    await screen.findByText("The password is wrong.");
    expect(currentLook()).toBeUndefined();
  });

  it("is over, and says so, where the server says that it is", async () => {
    const app = open();
    await look();
    await banner();
    app.answer(
      "GET /api/v1/account/presence",
      byToken(new Response(null, { status: 204 }), signedOut()),
    );
    await waitFor(() => expect(currentLook()).toBeUndefined(), { timeout: 10_000 });
    await screen.findByRole("list", { name: "Members" });
    expect((await banner()).textContent).toContain("You do not see Parlance as Tobi Lang any more");
    fireEvent.click(screen.getByRole("button", { name: "Close" }));
    await waitFor(() =>
      expect(screen.queryByRole("region", { name: "Read-only view" })).toBeNull(),
    );
  }, 20_000);

  it("is over, and says so once, where the page is loaded anew", async () => {
    open();
    await look();
    await banner();
    closeApp();
    open();
    expect((await banner()).textContent).toContain("You do not see Parlance as Tobi Lang any more");
    expect(currentLook()).toBeUndefined();
    closeApp();
    open();
    await screen.findByRole("list", { name: "Members" });
    expect(screen.queryByRole("region", { name: "Read-only view" })).toBeNull();
  });

  it("says nothing of itself where it was stopped before", async () => {
    open();
    await look();
    await banner();
    fireEvent.click(screen.getByRole("button", { name: "Stop" }));
    await screen.findByRole("list", { name: "Members" });
    closeApp();
    open();
    await screen.findByRole("list", { name: "Members" });
    expect(screen.queryByRole("region", { name: "Read-only view" })).toBeNull();
  });

  it("is over when its time is", async () => {
    open({}, 0);
    await look();
    await screen.findByText(/any more: it is over/);
    expect(currentLook()).toBeUndefined();
  });
});

describe("the sessions of an account", () => {
  const openSessions = (looks: readonly object[], allowsLooking: boolean) =>
    openApp("/account/sessions", {
      ...signedInAs(),
      "GET /api/v1/account/sessions": { sessions: [] },
      "GET /api/v1/account/looks": { looks },
      "GET /api/v1/organization": anOrganization({ allowsLooking }),
    });

  it("tell who looked as oneself, when and why", async () => {
    openSessions(
      [
        {
          id: "lok_a",
          by: "Olga",
          organization: "Bakers",
          reason: "ticket 17",
          beganAt: Date.UTC(2026, 4, 5, 9, 0),
          endedAt: Date.UTC(2026, 4, 5, 9, 12),
        },
      ],
      true,
    );
    const list = await screen.findByRole("list", { name: "Looks as you" });
    expect(list.textContent).toMatch(/Olga“ticket 17”Bakers · .*5 May 2026.* to /);
  });

  it("say that nobody did, and nothing of it where nobody may", async () => {
    openSessions([], true);
    await screen.findByText("Nobody has looked at Parlance as you.");
    closeApp();
    openSessions([], false);
    await screen.findByRole("list", { name: "Sessions" });
    await waitFor(() => expect(document.querySelector("[aria-busy=true]")).toBeNull());
    expect(screen.queryByText(/Nobody has looked/)).toBeNull();
  });
});
