// @vitest-environment happy-dom
// What belongs to one person: what they are told, their picture, and what becomes of collections when they go.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { anAccount, anAuthState, signedInAs } from "../testing/account.builders.ts";
import { closeApp, openApp, problem } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label, { selector: "input" }), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const { user } = anAccount();

describe("what somebody is told", () => {
  const at = "PATCH /api/v1/account";
  const choices = user?.preferences.notices;

  it("is chosen by kind and way, and mails only where the server sends any", async () => {
    const app = openApp("/account", {
      ...signedInAs(),
      "GET /api/v1/auth/state": anAuthState({ accounts: true, mail: true }),
      [at]: anAccount(),
    });
    const imports = await screen.findByRole("group", { name: /^Imports of yours/ });
    fireEvent.click(within(imports).getByRole("switch", { name: "And by mail" }));
    await waitFor(() =>
      expect(app.bodies(at)).toEqual([
        { preferences: { notices: { ...choices, imports: { app: true, mail: false } } } },
      ]),
    );
    closeApp();
    openApp("/account", {
      ...signedInAs(),
      "GET /api/v1/auth/state": anAuthState({ accounts: true, mail: false }),
    });
    await screen.findByText("This server sends no mail: no mail server is set.");
    const mail = screen.getByRole<HTMLInputElement>("switch", { name: "And by mail" });
    expect(mail.disabled).toBe(true);
  });

  it("is on the bell and on the page of alerts, and seen once it was looked at", async () => {
    const seen = "POST /api/v1/account/notices/seen";
    const notice = {
      id: "ntc_a",
      kind: "import-failed",
      collection: { id: "col_a", name: "Bakery" },
      upload: "upl_a",
      filename: "day.log",
      at: 1,
      isSeen: false,
    };
    const app = openApp("/alerts", {
      ...signedInAs(),
      "GET /api/v1/account/notices": { notices: [notice], unseen: 1 },
      [seen]: new Response(null),
    });
    const row = (await screen.findByRole("link", { name: "day.log" })).closest("li");
    expect(row?.textContent).toMatch(/The import has failed · Bakery/);
    await screen.findByRole("link", { name: "1 unseen notice" });
    expect(app.bodies(seen)).toHaveLength(0);
    await waitFor(() => expect(app.bodies(seen)).toHaveLength(1), { timeout: 4000 });
  });

  it("ends by a link from a mail, also for somebody who is not signed in", async () => {
    const end = "POST /api/v1/notices/unsubscribe";
    const app = openApp(`/unsubscribe#token=${"t".repeat(43)}`, {
      "GET /api/v1/auth/state": anAuthState({ accounts: true }),
      "POST /api/v1/auth/refresh": problem(401, { code: "signed-out", title: "x", detail: "x" }),
      [end]: { kind: "alerts" },
    });
    await screen.findByRole("heading", { name: "No more of these mails?" });
    expect(app.bodies(end)).toHaveLength(0);
    press("End these mails");
    await screen.findByText("You get no more mails about alerts.");
    expect(app.asked.find(({ request }) => request === end)?.search).toBe(
      `?token=${"t".repeat(43)}`,
    );
  });
});

describe("searches of somebody", () => {
  it("are counted for the organization until they turn that off", async () => {
    const at = "PATCH /api/v1/account";
    const kept = user && { ...user, preferences: { ...user.preferences, countSearches: false } };
    const app = openApp("/account", { ...signedInAs(), [at]: anAccount({ user: kept ?? null }) });
    const isCounted = await screen.findByRole<HTMLInputElement>("switch", {
      name: /^Count my searches/,
    });
    expect(isCounted.checked).toBe(true);
    fireEvent.click(isCounted);
    await waitFor(() =>
      expect(app.bodies(at)).toEqual([{ preferences: { countSearches: false } }]),
    );
    expect(isCounted.checked).toBe(false);
  });
});

describe("collections of a deleted account", () => {
  it("are passed on, given to a member, or erased, as one chooses", async () => {
    const end = "POST /api/v1/account/delete";
    const app = openApp("/account", {
      ...signedInAs(),
      "GET /api/v1/account/owned": {
        collections: [{ id: "col_a", name: "Bakery", organization: "Bakers" }],
      },
      [end]: new Response(null),
      "POST /api/v1/auth/sign-out": new Response(null),
    });
    fireEvent.click(await screen.findByRole("button", { name: "Delete your account…" }));
    const dialog = await screen.findByRole("dialog", { name: "Delete your account?" });
    expect(dialog.textContent).toMatch(/Nobody else manages 1 collection: “Bakery”/);
    fireEvent.click(within(dialog).getByRole("radio", { name: "Give to a member" }));
    type("Your password", "mine");
    fireEvent.click(within(dialog).getByRole("button", { name: "Delete permanently" }));
    await within(dialog).findByText("Choose who gets the collections.");
    expect(app.bodies(end)).toHaveLength(0);
    fireEvent.click(within(dialog).getByRole("radio", { name: /^Erase/ }));
    fireEvent.click(within(dialog).getByRole("button", { name: "Delete permanently" }));
    await screen.findByRole("heading", { name: "Sign in" });
    expect(app.bodies(end)).toEqual([{ password: "mine", owned: { kind: "erase" } }]);
    expect(screen.getByText("Your account is deleted.")).toBeTruthy();
    // Nobody else is to come back to the page of who is gone.
    expect(app.router.state.location.href).toBe("/sign-in");
  });
});

describe("a picture", () => {
  const withPicture = signedInAs({ user: user && { ...user, picture: "tag1" } });
  const picture = () => new Response(new Blob(["x"], { type: "image/webp" }));

  it("stands in the place of initials, and is removed", async () => {
    const app = openApp("/account", {
      ...withPicture,
      "GET /api/v1/people/usr_a/picture": picture,
      "DELETE /api/v1/account/picture": anAccount(),
    });
    await waitFor(() =>
      expect(document.querySelector(".user-button img")?.getAttribute("src")).toMatch(
        /^data:image\/webp/u,
      ),
    );
    fireEvent.click(await screen.findByRole("button", { name: "Remove" }));
    await screen.findByRole("button", { name: "Choose a picture" });
    expect(document.querySelector(".user-button")?.textContent).toMatch(/^MO/u);
    expect(app.bodies("DELETE /api/v1/account/picture")).toHaveLength(1);
  });

  it("leaves the initials where it cannot be shown", async () => {
    openApp("/account", {
      ...withPicture,
      "GET /api/v1/people/usr_a/picture": picture,
    });
    await waitFor(() => expect(document.querySelector(".user-button img")).not.toBeNull());
    fireEvent.error(document.querySelector(".user-button img") as Element);
    await waitFor(() => expect(document.querySelector(".user-button img")).toBeNull());
  });
});
