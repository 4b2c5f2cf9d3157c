// @vitest-environment happy-dom
// The pages of one's own account, and the forced second factor.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { anAccount, anApiKey, aUserSession, signedInAs } from "../testing/account.builders.ts";
import { aCollection } from "../testing/answers.builders.ts";
import { type Answers, closeApp, openApp, pending, problem } from "../testing/web-app.builders.tsx";

afterEach(() => {
  closeApp();
  localStorage.clear();
});

const type = (label: string | RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label, { selector: "input" }), { target: { value } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const wrongPassword = problem(400, {
  code: "wrong-password",
  title: "Wrong password",
  detail: "This is not your password.",
});
const { user } = anAccount();

describe("the profile", () => {
  it("saves the name and what the account prefers", async () => {
    const app = openApp("/account", {
      ...signedInAs(),
      "PATCH /api/v1/account": anAccount({ user: user && { ...user, name: "Mira O." } }),
    });
    await screen.findByRole("heading", { name: "Profile" });
    expect(screen.getByRole("button", { name: "Save" }).hasAttribute("disabled")).toBe(true);
    type("Name", "Mira O.");
    fireEvent.click(screen.getByRole("radio", { name: "Dark" }));
    press("Save");
    await screen.findByText("Saved.");
    expect(app.bodies("PATCH /api/v1/account")).toEqual([
      {
        name: "Mira O.",
        preferences: {
          language: null,
          timeZone: null,
          colorScheme: "dark",
          collection: null,
          searchMode: null,
        },
      },
    ]);
    await screen.findByRole("button", { name: "Your account: Mira O." });
  });

  const withDefault = (collection: string): Answers => {
    const preferences = user && { ...user.preferences, collection };
    return signedInAs({ user: user && preferences && { ...user, preferences } });
  };

  it("keeps the default collection, with which the app opens, and leaves the way to the list", async () => {
    const app = openApp("/", {
      ...withDefault("col_a"),
      "GET /api/v1/collections/col_a": aCollection({ name: "Ovens" }),
    });
    await screen.findByRole("heading", { level: 1, name: "Ovens" });
    expect(app.router.state.location.pathname).toBe("/c/col_a");
    fireEvent.click(screen.getByRole("link", { name: "Parlance home page" }));
    await waitFor(() => expect(app.router.state.location.pathname).toBe("/"));
    await screen.findByRole("heading", { level: 1, name: /^Search/ });
  });

  it("opens with the list where the default collection is gone", async () => {
    const app = openApp("/", {
      ...withDefault("col_gone"),
      "GET /api/v1/collections/col_gone": problem(404, {
        title: "Not found",
        detail: "There is no such collection.",
      }),
    });
    await screen.findByRole("heading", { level: 1, name: /^Search/ });
    expect(app.router.state.location.pathname).toBe("/");
  });

  it("opens other addresses as they are", async () => {
    const app = openApp("/alerts", withDefault("col_a"));
    await screen.findByRole("heading", { level: 1, name: "Alerts" });
    expect(app.router.state.location.pathname).toBe("/alerts");
  });

  it("keeps the colour scheme of the button in the account too", async () => {
    const app = openApp("/account", {
      ...signedInAs(),
      "PATCH /api/v1/account": anAccount(),
    });
    fireEvent.click(await screen.findByRole("button", { name: /^Colour scheme: system/ }));
    await waitFor(() =>
      expect(app.bodies("PATCH /api/v1/account")).toEqual([
        { preferences: { colorScheme: "light" } },
      ]),
    );
    expect(document.documentElement.dataset["mantineColorScheme"]).toBe("light");
  });

  it("searches as the account prefers where the address does not say how", async () => {
    const preferences = user && { ...user.preferences, searchMode: "lexical" as const };
    const app = openApp(
      "/c/col_a/search?q=oven",
      signedInAs({ user: user && preferences && { ...user, preferences } }),
    );
    await waitFor(() =>
      expect(app.bodies("POST /api/v1/collections/col_a/search")[0]).toMatchObject({
        query: "oven",
        mode: "lexical",
      }),
    );
  });

  it("downloads one's data with a ticket, since a link sends no token", async () => {
    const clicked: string[] = [];
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      clicked.push(this.getAttribute("href") ?? "");
    });
    const app = openApp("/account", {
      ...signedInAs(),
      "POST /api/v1/account/tickets": { ticket: "tic et" },
    });
    fireEvent.click(await screen.findByRole("link", { name: "Download" }));
    await waitFor(() => expect(clicked).toEqual(["/api/v1/account/export?ticket=tic%20et"]));
    expect(app.bodies("POST /api/v1/account/tickets")).toEqual([
      { path: "/api/v1/account/export" },
    ]);
  });

  it("deletes the account with the password, and only with it", async () => {
    const app = openApp("/account", {
      ...signedInAs(),
      "POST /api/v1/account/delete": wrongPassword,
      "POST /api/v1/auth/sign-out": new Response(null),
    });
    fireEvent.click(await screen.findByRole("button", { name: "Delete your account…" }));
    const dialog = await screen.findByRole("dialog", { name: "Delete your account?" });
    type("Your password", "wrong");
    fireEvent.click(within(dialog).getByRole("button", { name: "Delete permanently" }));
    await within(dialog).findByText("This is not your password.");
    app.answer("POST /api/v1/account/delete", new Response(null));
    fireEvent.click(within(dialog).getByRole("button", { name: "Delete permanently" }));
    await screen.findByRole("heading", { name: "Sign in" });
  });
});

describe("password and second factor", () => {
  it("changes the password, and says which of the two is wrong", async () => {
    const app = openApp("/account/security", {
      ...signedInAs(),
      "POST /api/v1/account/password": wrongPassword,
    });
    await screen.findByRole("heading", { name: "Password" });
    type("Current password", "old");
    type("New password", "correct horse battery");
    press("Change the password");
    await screen.findByText("This is not your password.");
    expect(document.activeElement).toBe(
      screen.getByLabelText("Current password", { selector: "input" }),
    );
    app.answer("POST /api/v1/account/password", new Response(null));
    press("Change the password");
    await screen.findByText("The password is changed.");
    expect(app.bodies("POST /api/v1/account/password").at(-1)).toEqual({
      current: "old",
      next: "correct horse battery",
    });
  });

  const secret = { secret: "JBSWY3DPEHPK3PXP", uri: "otpauth://totp/x", svg: "<svg/>" };
  const setUp = {
    "POST /api/v1/account/totp": secret,
    "POST /api/v1/account/totp/confirm": { codes: ["aaaa-1111", "bbbb-2222"] },
  };

  it("sets the second factor up, and shows the recovery codes once", async () => {
    const app = openApp("/account/security", { ...signedInAs(), ...setUp });
    fireEvent.click(await screen.findByRole("button", { name: "Set it up" }));
    type("Your password", "mine");
    press("Set up");
    const picture = await screen.findByRole("img", { name: /QR code/ });
    expect(picture.getAttribute("src")).toBe("data:image/svg+xml;charset=utf-8,%3Csvg%2F%3E");
    expect(screen.getByText("JBSW Y3DP EHPK 3PXP")).toBeTruthy();
    type("Code", "12");
    press("Confirm");
    await screen.findByText("A code has six digits.");
    type("Code", "123 456");
    press("Confirm");
    const codes = await screen.findByRole("group", { name: "Recovery codes" });
    expect(within(codes).getAllByRole("listitem")).toHaveLength(2);
    expect(app.bodies("POST /api/v1/account/totp/confirm")).toEqual([{ code: "123456" }]);
    app.answer(
      "GET /api/v1/account",
      anAccount({ secondFactor: { totp: true, passkeys: 0, recoveryCodes: 2, required: false } }),
    );
    press("I have kept them");
    await screen.findByText("It is on, with 2 recovery codes left.");
    expect(screen.queryByText("aaaa-1111")).toBeNull();
  });

  it("turns it off, and makes new codes, with the password", async () => {
    const secondFactor = { totp: true, passkeys: 0, recoveryCodes: 1, required: false };
    const app = openApp("/account/security", {
      ...signedInAs({ secondFactor }),
      "POST /api/v1/account/recovery-codes": { codes: ["cccc-3333"] },
      "POST /api/v1/account/totp/remove": new Response(null),
    });
    await screen.findByText("It is on, with 1 recovery code left.");
    press("New recovery codes");
    await screen.findByRole("dialog");
    type("Your password", "mine");
    press("Make them");
    await screen.findByText("cccc-3333");
    press("I have kept them");
    fireEvent.click(await screen.findByRole("button", { name: "Turn it off" }));
    const dialog = await screen.findByRole("dialog");
    type("Your password", "mine");
    app.answer("GET /api/v1/account", anAccount());
    fireEvent.click(within(dialog).getByRole("button", { name: "Turn it off" }));
    await screen.findByRole("button", { name: "Set it up" });
  });

  it("is asked for before anything else where the organization requires it", async () => {
    const required = { totp: false, passkeys: 0, recoveryCodes: 0, required: true };
    const app = openApp("/alerts", { ...signedInAs({ secondFactor: required }), ...setUp });
    await screen.findByRole("heading", { level: 1, name: "Set up a second factor" });
    expect(app.bodies("GET /api/v1/alerts")).toHaveLength(0);
    type("Your password", "mine");
    press("Set up");
    await screen.findByRole("img", { name: /QR code/ });
    type("Code", "123456");
    press("Confirm");
    await screen.findByText("aaaa-1111");
    app.answer("GET /api/v1/account", anAccount());
    press("I have kept them");
    await screen.findByRole("heading", { level: 1, name: "Alerts" });
  });

  it("is asked for as soon as the server says so", async () => {
    const refused = problem(403, {
      code: "second-factor-required",
      title: "Second factor",
      detail: "Set one up.",
    });
    const app = openApp("/alerts", { ...signedInAs(), "GET /api/v1/jobs": refused });
    await screen.findByRole("heading", { level: 1, name: "Alerts" });
    app.answer(
      "GET /api/v1/account",
      anAccount({ secondFactor: { totp: false, passkeys: 0, recoveryCodes: 0, required: true } }),
    );
    await app.router.navigate({ to: "/jobs" });
    await screen.findByRole("heading", { level: 1, name: "Set up a second factor" });
  });
});

describe("the sessions", () => {
  const other = aUserSession({ id: "ses_b", device: "Safari on iPhone", current: false });

  it("are listed, and ended one by one or all others at once", async () => {
    const app = openApp("/account/sessions", {
      ...signedInAs(),
      "GET /api/v1/account/sessions": { sessions: [aUserSession(), other] },
      "DELETE /api/v1/account/sessions/ses_b": new Response(null),
      "POST /api/v1/account/sessions/end-others": new Response(null),
    });
    const list = await screen.findByRole("list", { name: "Sessions" });
    expect(within(list).getAllByRole("listitem")[0]?.textContent).toMatch(/This one/);
    expect(within(list).getAllByRole("button")).toHaveLength(1);
    press("End the session: Safari on iPhone");
    await waitFor(() =>
      expect(app.bodies("DELETE /api/v1/account/sessions/ses_b")).toHaveLength(1),
    );
    app.answer("GET /api/v1/account/sessions", { sessions: [aUserSession()] });
    press("End all others");
    await waitFor(() => expect(screen.queryByText("Safari on iPhone")).toBeNull());
    expect(app.bodies("POST /api/v1/account/sessions/end-others")).toEqual([{}]);
  });

  it("say why they cannot be shown, and are busy while they load", async () => {
    openApp("/account/sessions", { ...signedInAs(), "GET /api/v1/account/sessions": pending });
    await screen.findByRole("heading", { level: 2, name: "Sessions" });
    expect(document.querySelector("[aria-busy=true]")).not.toBeNull();
    closeApp();
    openApp("/account/sessions", {
      ...signedInAs(),
      "GET /api/v1/account/sessions": problem(500, { title: "Broken", detail: "It is broken." }),
    });
    await screen.findByRole("heading", { level: 2, name: "Broken" });
  });
});

describe("the API keys", () => {
  const keysAre = (...keys: ReturnType<typeof anApiKey>[]): Answers => ({
    "GET /api/v1/account/keys": { keys },
  });

  it("are made with scopes, collections and an end, and shown once", async () => {
    const app = openApp("/account/keys", {
      ...signedInAs({ role: "member" }),
      ...keysAre(),
      "POST /api/v1/account/keys": { key: anApiKey(), secret: "plk_3fa9_secret" },
    });
    await screen.findByRole("heading", { name: "No keys" });
    press("New key");
    const dialog = await screen.findByRole("dialog", { name: "New API key" });
    expect(within(dialog).queryByLabelText("Administer the organization")).toBeNull();
    fireEvent.click(within(dialog).getByRole("button", { name: "Make the key" }));
    await within(dialog).findByText(/Give it a name/);
    type("Name", "Notebook");
    fireEvent.click(within(dialog).getByLabelText("Import files and live sessions"));
    fireEvent.click(within(dialog).getByLabelText("Search and ask"));
    app.answer("GET /api/v1/account/keys", { keys: [anApiKey()] });
    fireEvent.click(within(dialog).getByRole("button", { name: "Make the key" }));
    await screen.findByText("plk_3fa9_secret");
    expect(app.bodies("POST /api/v1/account/keys")).toEqual([
      { name: "Notebook", scopes: ["read", "import"], days: 90 },
    ]);
    press("Done");
    await waitFor(() => expect(screen.queryByText("plk_3fa9_secret")).toBeNull());
    await screen.findByText("Notebook");
  });

  it("are made by viewers to read and search alone", async () => {
    openApp("/account/keys", { ...signedInAs({ role: "viewer" }), ...keysAre() });
    await screen.findByRole("heading", { name: "No keys" });
    press("New key");
    const dialog = await screen.findByRole("dialog", { name: "New API key" });
    const offered = within(dialog).getAllByRole("checkbox");
    expect(offered.map((one) => one.getAttribute("value"))).toEqual(["read", "search"]);
  });

  it("are listed with what they may do, and deleted", async () => {
    const app = openApp("/account/keys", {
      ...signedInAs(),
      ...keysAre(anApiKey({ collections: ["col_a"], expiresAt: 1 })),
      "DELETE /api/v1/account/keys/key_a": new Response(null),
    });
    const item = await screen.findByRole("listitem");
    expect(item.textContent).toMatch(/read, search · 1 collection/);
    expect(item.textContent).toMatch(/ended 1 Jan 1970 · never used/);
    press("Delete the key Notebook");
    const dialog = await screen.findByRole("dialog", { name: "Delete this key?" });
    app.answer("GET /api/v1/account/keys", { keys: [] });
    fireEvent.click(within(dialog).getByRole("button", { name: "Delete" }));
    await screen.findByRole("heading", { name: "No keys" });
  });
});
