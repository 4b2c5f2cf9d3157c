// @vitest-environment happy-dom
// Passkeys and providers: signing in with them, as a second factor, one's own in the account, and people without a password.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { anAccount, anAuthState, aToken, signedInAs } from "../testing/account.builders.ts";
import { aPasskey, aPasskeyQuestion, giveBrowserPasskeys } from "../testing/passkey.builders.ts";
import { type Answers, closeApp, openApp, problem } from "../testing/web-app.builders.tsx";

afterEach(() => {
  closeApp();
  localStorage.clear();
});

const type = (label: string | RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label, { selector: "input" }), { target: { value } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const done = () => new Response(null);
const { user } = anAccount();
const withoutPassword = { user: user && { ...user, hasPassword: false } };
const signInAgain = problem(403, {
  code: "sign-in-again",
  title: "Too long ago",
  detail: "You signed in too long ago for this.",
  hint: "Sign out and in again.",
});

const atDoor = (answers: Answers = {}, state: Parameters<typeof anAuthState>[0] = {}): Answers => ({
  "GET /api/v1/auth/state": anAuthState({ accounts: true, ...state }),
  "POST /api/v1/auth/refresh": problem(401, { title: "Signed out", detail: "Sign in." }),
  "GET /api/v1/account": anAccount(),
  "POST /api/v1/auth/passkey/begin": aPasskeyQuestion(),
  "POST /api/v1/auth/passkey/finish": aToken(),
  ...answers,
});

describe("signing in with a passkey", () => {
  it("is one press, and leads to the wanted page", async () => {
    giveBrowserPasskeys();
    const app = openApp("/sign-in?to=/alerts", atDoor());
    fireEvent.click(await screen.findByRole("button", { name: "Sign in with a passkey" }));
    await screen.findByRole("heading", { level: 1, name: "Alerts" });
    expect(app.bodies("POST /api/v1/auth/passkey/finish")).toMatchObject([
      { token: "sealed", response: { id: "Y3JlZA", type: "public-key" } },
    ]);
  });

  it("says what to do where the browser gives none, or the server does not accept it", async () => {
    const browser = giveBrowserPasskeys("NotAllowedError");
    const app = openApp("/sign-in", atDoor());
    fireEvent.click(await screen.findByRole("button", { name: "Sign in with a passkey" }));
    await screen.findByText(/No passkey was given. It was cancelled, or it took too long/);
    expect(app.bodies("POST /api/v1/auth/passkey/finish")).toHaveLength(0);
    browser.refuse(undefined);
    app.answer(
      "POST /api/v1/auth/passkey/finish",
      problem(400, {
        code: "passkey-refused",
        title: "Refused",
        detail: "This passkey was not accepted.",
      }),
    );
    press("Sign in with a passkey");
    await screen.findByText("This passkey was not accepted.");
  });

  it("is offered in the list of the e-mail field, where the browser can", async () => {
    const browser = giveBrowserPasskeys();
    browser.offersInFields();
    const app = openApp("/sign-in?to=/alerts", atDoor());
    await screen.findByRole("heading", { level: 1, name: "Alerts" });
    expect(browser.asked).toHaveBeenCalledWith(
      expect.objectContaining({ mediation: "conditional" }),
    );
    expect(app.bodies("POST /api/v1/auth/passkey/finish")).toHaveLength(1);
  });

  it("leaves the page as it is where nobody chooses one, or the server has none to offer", async () => {
    const browser = giveBrowserPasskeys("NotAllowedError");
    browser.offersInFields();
    openApp("/sign-in", atDoor());
    const field = await screen.findByLabelText("E-mail");
    expect(field.getAttribute("autocomplete")).toBe("username webauthn");
    await waitFor(() => expect(browser.asked).toHaveBeenCalled());
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("is not offered by a browser that knows none", async () => {
    openApp("/sign-in", atDoor());
    await screen.findByRole("heading", { name: "Sign in" });
    expect(screen.queryByRole("button", { name: /passkey/ })).toBeNull();
  });
});

describe("the second factor", () => {
  const asked = (methods: string) => `/sign-in?to=/alerts#second-factor=step&methods=${methods}`;

  it("is asked for after a provider too, by a token in the address", async () => {
    const app = openApp(
      asked("totp,recovery-code"),
      atDoor({ "POST /api/v1/auth/second-factor": aToken() }),
    );
    await screen.findByText(/the code that your authenticator app shows, or one of your recovery/);
    type("Code", "123456");
    press("Sign in");
    await screen.findByRole("heading", { level: 1, name: "Alerts" });
    expect(app.bodies("POST /api/v1/auth/second-factor")).toEqual([
      { token: "step", code: "123456" },
    ]);
    expect(app.router.state.location.href).toBe("/alerts");
  });

  it("is a passkey where there is one, or a recovery code", async () => {
    giveBrowserPasskeys();
    openApp(asked("recovery-code,passkey"), atDoor());
    await screen.findByText("Use your passkey, or give one of your recovery codes.");
    expect(screen.getByLabelText("Recovery code")).toBeTruthy();
    press("Use a passkey");
    await screen.findByRole("heading", { level: 1, name: "Alerts" });
  });

  it("says what is left where this browser cannot use the only passkey", async () => {
    openApp(asked("passkey"), atDoor());
    await screen.findByText(/which this browser cannot use here/);
    press("Start again");
    await screen.findByRole("heading", { name: "Sign in" });
  });
});

describe("one's own passkeys", () => {
  const answers = (...passkeys: ReturnType<typeof aPasskey>[]): Answers => ({
    "GET /api/v1/account/passkeys": { passkeys },
    "GET /api/v1/account/identities": { identities: [] },
    "POST /api/v1/account/passkeys/begin": aPasskeyQuestion(),
    "POST /api/v1/account/passkeys/finish": {
      passkey: aPasskey(),
      recoveryCodes: ["aaaa-1111", "bbbb-2222"],
    },
  });

  it("are made with a name and the password; the first one shows recovery codes, once", async () => {
    giveBrowserPasskeys();
    const app = openApp("/account/security", { ...signedInAs(), ...answers() });
    await screen.findByText("You have none yet.");
    press("Add a passkey");
    const dialog = await screen.findByRole("dialog", { name: "Add a passkey" });
    fireEvent.click(within(dialog).getByRole("button", { name: "Make the passkey" }));
    await within(dialog).findByText(/Give it a name/);
    type("Name", " Laptop ");
    type("Your password", "mine");
    fireEvent.click(within(dialog).getByRole("button", { name: "Make the passkey" }));
    await screen.findByText("aaaa-1111");
    expect(app.bodies("POST /api/v1/account/passkeys/begin")).toEqual([{ password: "mine" }]);
    expect(app.bodies("POST /api/v1/account/passkeys/finish")).toMatchObject([
      { name: "Laptop", token: "sealed", response: { id: "Y3JlZA" } },
    ]);
    app.answer("GET /api/v1/account/passkeys", { passkeys: [aPasskey()] });
    const factors = { totp: false, passkeys: 1, recoveryCodes: 2, required: false };
    app.answer("GET /api/v1/account", anAccount({ secondFactor: factors }));
    press("I have kept them");
    const list = await screen.findByRole("list", { name: "Your passkeys" });
    expect(list.textContent).toMatch(/Laptop.*made 1 May 2026 · never used/);
    await screen.findByText("You have 2 recovery codes left.");
    expect(screen.queryByText("aaaa-1111")).toBeNull();
  });

  it("are renamed", async () => {
    const app = openApp("/account/security", {
      ...signedInAs(),
      ...answers(aPasskey({ name: "Phone" })),
      "PATCH /api/v1/account/passkeys/pk_a": aPasskey({ name: "Blue phone" }),
    });
    fireEvent.click(await screen.findByRole("button", { name: "Rename the passkey Phone" }));
    const dialog = await screen.findByRole("dialog", { name: "Rename the passkey" });
    type("Name", " ");
    fireEvent.click(within(dialog).getByRole("button", { name: "Save" }));
    await within(dialog).findByText(/Give it a name/);
    type("Name", " Blue phone ");
    app.answer("GET /api/v1/account/passkeys", { passkeys: [aPasskey({ name: "Blue phone" })] });
    fireEvent.click(within(dialog).getByRole("button", { name: "Save" }));
    await screen.findByText("Blue phone");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(app.bodies("PATCH /api/v1/account/passkeys/pk_a")).toEqual([{ name: "Blue phone" }]);
  });

  it("say in words what the browser refuses", async () => {
    giveBrowserPasskeys("InvalidStateError");
    openApp("/account/security", { ...signedInAs(withoutPassword), ...answers() });
    await screen.findByText("You have none yet.");
    press("Add a passkey");
    const dialog = await screen.findByRole("dialog", { name: "Add a passkey" });
    expect(within(dialog).queryByLabelText("Your password")).toBeNull();
    type("Name", "Laptop");
    fireEvent.click(within(dialog).getByRole("button", { name: "Make the passkey" }));
    await within(dialog).findByText(/This device has a passkey for your account already/);
  });

  it("are removed with the password, and said to be the only second factor", async () => {
    const one = aPasskey({ name: "Phone", site: "chat.example.org" });
    const app = openApp("/account/security", {
      ...signedInAs({
        secondFactor: { totp: false, passkeys: 1, recoveryCodes: 0, required: false },
      }),
      ...answers(one),
      "DELETE /api/v1/account/passkeys/pk_a": done,
    });
    await screen.findByText(/for chat.example.org/);
    await screen.findByText("You have no recovery codes left.");
    expect(screen.queryByRole("button", { name: "Add a passkey" })).toBeNull();
    press("Remove the passkey Phone");
    const dialog = await screen.findByRole("dialog", { name: "Remove this passkey?" });
    expect(dialog.textContent).toMatch(/It is your only second factor/);
    type("Your password", "mine");
    app.answer("GET /api/v1/account/passkeys", { passkeys: [] });
    fireEvent.click(within(dialog).getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(screen.queryByText(/for chat.example.org/)).toBeNull());
    expect(app.bodies("DELETE /api/v1/account/passkeys/pk_a")).toEqual([{ password: "mine" }]);
  });

  it("take the place of the password", async () => {
    giveBrowserPasskeys();
    const app = openApp("/account/security", {
      ...signedInAs({
        secondFactor: { totp: false, passkeys: 1, recoveryCodes: 0, required: false },
      }),
      ...answers(aPasskey({ name: "Phone" })),
      "POST /api/v1/account/passkeys/prove/begin": aPasskeyQuestion(),
      "POST /api/v1/account/passkeys/prove/finish": done,
      "DELETE /api/v1/account/passkeys/pk_a": done,
    });
    fireEvent.click(await screen.findByRole("button", { name: "Remove the passkey Phone" }));
    const dialog = await screen.findByRole("dialog", { name: "Remove this passkey?" });
    fireEvent.click(within(dialog).getByRole("button", { name: "Use a passkey instead" }));
    await within(dialog).findByText("Confirmed with your passkey.");
    expect(within(dialog).queryByLabelText("Your password")).toBeNull();
    fireEvent.click(within(dialog).getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(app.bodies("DELETE /api/v1/account/passkeys/pk_a")).toEqual([{}]);
    expect(app.bodies("POST /api/v1/account/passkeys/prove/finish")).toMatchObject([
      { token: "sealed", response: { id: "Y3JlZA" } },
    ]);
  });

  it("are offered beside an app where the organization requires a second factor", async () => {
    giveBrowserPasskeys();
    const required = { totp: false, passkeys: 0, recoveryCodes: 0, required: true };
    const app = openApp("/alerts", { ...signedInAs({ secondFactor: required }), ...answers() });
    fireEvent.click(await screen.findByRole("radio", { name: "Passkey" }));
    type("Name", "Laptop");
    type("Your password", "mine");
    press("Make the passkey");
    await screen.findByText("aaaa-1111");
    expect(screen.queryByRole("radio", { name: "Authenticator app" })).toBeNull();
    app.answer("GET /api/v1/account", anAccount());
    press("I have kept them");
    await screen.findByRole("heading", { level: 1, name: "Alerts" });
  });
});

/** What becomes of collections that nobody else manages, where nothing was chosen. */
const passedOn = { owned: { kind: "pass-on" } };

describe("somebody without a password", () => {
  it("is not asked for one, and signs in again where that was too long ago", async () => {
    const app = openApp("/account", {
      ...signedInAs(withoutPassword),
      "POST /api/v1/account/delete": signInAgain,
      "POST /api/v1/auth/sign-out": done,
    });
    fireEvent.click(await screen.findByRole("button", { name: "Delete your account…" }));
    const dialog = await screen.findByRole("dialog", { name: "Delete your account?" });
    expect(within(dialog).queryByLabelText("Your password")).toBeNull();
    fireEvent.click(within(dialog).getByRole("button", { name: "Delete permanently" }));
    await within(dialog).findByText(/You signed in too long ago for this/);
    expect(app.bodies("POST /api/v1/account/delete")).toEqual([passedOn]);
    fireEvent.click(within(dialog).getByRole("button", { name: "Sign in again" }));
    await screen.findByRole("heading", { name: "Sign in" });
    expect(app.router.state.location.search).toEqual({ to: "/account" });
  });

  it("confirms with a passkey instead, and what was asked for is done then", async () => {
    giveBrowserPasskeys();
    const app = openApp("/account", {
      ...signedInAs({
        ...withoutPassword,
        secondFactor: { totp: false, passkeys: 1, recoveryCodes: 9, required: false },
      }),
      "POST /api/v1/account/delete": signInAgain,
      "POST /api/v1/account/passkeys/prove/begin": aPasskeyQuestion(),
      "POST /api/v1/account/passkeys/prove/finish": done,
    });
    fireEvent.click(await screen.findByRole("button", { name: "Delete your account…" }));
    const dialog = await screen.findByRole("dialog", { name: "Delete your account?" });
    fireEvent.click(within(dialog).getByRole("button", { name: "Delete permanently" }));
    await within(dialog).findByText(/You signed in too long ago for this/);
    app.answer("POST /api/v1/account/delete", done);
    fireEvent.click(within(dialog).getByRole("button", { name: "Confirm with a passkey" }));
    const deletions = () => app.bodies("POST /api/v1/account/delete");
    await waitFor(() => expect(deletions()).toEqual([passedOn, passedOn]));
  });

  it("sets a first one, and sets up an authenticator app without", async () => {
    const app = openApp("/account/security", {
      ...signedInAs(withoutPassword),
      "GET /api/v1/account/passkeys": { passkeys: [] },
      "GET /api/v1/account/identities": { identities: [] },
      "POST /api/v1/account/password": signInAgain,
      "POST /api/v1/account/totp": { secret: "JBSW", uri: "otpauth://totp/x", svg: "<svg/>" },
    });
    await screen.findByRole("button", { name: "Set a password" });
    expect(screen.queryByLabelText("Current password")).toBeNull();
    type("New password", "correct horse battery");
    press("Set a password");
    await screen.findByRole("button", { name: "Sign in again" });
    expect(app.bodies("POST /api/v1/account/password")).toEqual([
      { next: "correct horse battery" },
    ]);
    press("Set it up");
    press("Set up");
    await screen.findByRole("img", { name: /QR code/ });
    expect(app.bodies("POST /api/v1/account/totp")).toEqual([{}]);
  });
});

describe("accounts elsewhere", () => {
  const identity = {
    provider: "kc",
    name: "Keycloak",
    email: "mira@work.example",
    createdAt: Date.UTC(2026, 4, 1, 12),
  };
  const answers = (...identities: (typeof identity)[]): Answers => ({
    ...signedInAs(),
    "GET /api/v1/auth/state": anAuthState({
      accounts: true,
      providers: [
        { id: "kc", name: "Keycloak" },
        { id: "gh", name: "GitHub" },
      ],
    }),
    "GET /api/v1/account/passkeys": { passkeys: [] },
    "GET /api/v1/account/identities": { identities },
  });

  it("are linked by going there, with the password", async () => {
    const went = vi.fn();
    vi.spyOn(window.location, "assign").mockImplementation(went);
    const app = openApp("/account/security", {
      ...answers(),
      "POST /api/v1/account/identities/gh/start": { location: "https://github.test/authorize" },
    });
    fireEvent.click(await screen.findByRole("button", { name: "Link to GitHub" }));
    await screen.findByRole("dialog", { name: "Link to GitHub" });
    type("Your password", "mine");
    press("Go to GitHub");
    await waitFor(() => expect(went).toHaveBeenCalledWith("https://github.test/authorize"));
    expect(app.bodies("POST /api/v1/account/identities/gh/start")).toEqual([
      { password: "mine", return: "/account/security" },
    ]);
  });

  it("are removed, unless that was the last way in", async () => {
    const app = openApp("/account/security", {
      ...answers(identity),
      "DELETE /api/v1/account/identities/kc": problem(409, {
        code: "last-way-in",
        title: "Last way in",
        detail: "Nothing would be left for you to sign in with.",
      }),
    });
    await screen.findByText("mira@work.example · since 1 May 2026");
    press("Remove the link to Keycloak");
    const dialog = await screen.findByRole("dialog");
    type("Your password", "mine");
    fireEvent.click(within(dialog).getByRole("button", { name: "Remove" }));
    await within(dialog).findByText("Nothing would be left for you to sign in with.");
    app.answer("DELETE /api/v1/account/identities/kc", done);
    app.answer("GET /api/v1/account/identities", { identities: [] });
    fireEvent.click(within(dialog).getByRole("button", { name: "Remove" }));
    await screen.findByRole("button", { name: "Link to Keycloak" });
  });

  it("say why one was not linked", async () => {
    openApp("/account/security?problem=identity-taken&provider=kc", answers());
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toMatch(
      /^Somebody else here signs in with that account already.*then try again\.$/,
    );
  });

  it("are no subject where there are none", async () => {
    openApp("/account/security", {
      ...signedInAs(),
      "GET /api/v1/account/passkeys": { passkeys: [] },
      "GET /api/v1/account/identities": { identities: [] },
    });
    await screen.findByRole("heading", { name: "Passkeys" });
    expect(screen.queryByRole("heading", { name: "Sign in elsewhere" })).toBeNull();
  });
});
