// @vitest-environment happy-dom
// The pages for people who are not signed in: who is sent there, signing in with its steps, links from mails.
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { anAccount, anAuthState, aToken, signedInAs } from "../testing/account.builders.ts";
import { type Answers, closeApp, openApp, pending, problem } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const signedOut = problem(401, { code: "signed-out", title: "Signed out", detail: "Sign in." });
const token = "t".repeat(40);

/** A server with accounts, and nobody who is signed in. */
const atDoor = (answers: Answers = {}, state: Parameters<typeof anAuthState>[0] = {}): Answers => ({
  "GET /api/v1/auth/state": anAuthState({ accounts: true, ...state }),
  "POST /api/v1/auth/refresh": signedOut,
  "GET /api/v1/account": anAccount(),
  ...answers,
});
const type = (label: string | RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label, { selector: "input" }), { target: { value } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const signInWith = async (password: string) => {
  await screen.findByRole("heading", { name: "Sign in" });
  type("E-mail", " mira@example.org ");
  type("Password", password);
  press("Sign in");
};

describe("people who are signed out", () => {
  it("are sent to the sign-in page, and then to the page that they wanted", async () => {
    const app = openApp("/c/col_a/settings?x=1", atDoor({ "POST /api/v1/auth/sign-in": aToken() }));
    await signInWith("correct horse");
    expect(app.bodies("POST /api/v1/auth/sign-in")).toEqual([
      { email: "mira@example.org", password: "correct horse" },
    ]);
    await screen.findByRole("heading", { level: 1, name: "Bakery" });
    expect(app.router.state.location.pathname).toBe("/c/col_a/settings");
    const asked = app.asked.filter(({ request }) => request === "GET /api/v1/collections/col_a");
    expect(asked[0]?.headers.get("authorization")).toBe("Bearer access-1");
  });

  it("are asked nothing else before: no page is loaded for nobody", async () => {
    const app = openApp("/alerts", atDoor());
    await screen.findByRole("heading", { name: "Sign in" });
    expect(app.router.state.location.search).toEqual({ to: "/alerts" });
    expect(app.asked.map(({ request }) => request)).toEqual([
      "GET /api/v1/auth/state",
      "POST /api/v1/auth/refresh",
    ]);
  });

  it("are not sent to another site", async () => {
    const app = openApp(
      "/sign-in?to=//example.org/x",
      atDoor({ "POST /api/v1/auth/sign-in": aToken() }),
    );
    await signInWith("correct horse");
    await screen.findByRole("heading", { level: 1, name: "Search all collections" });
    expect(app.router.state.location.href).toBe("/");
  });

  it("see nothing of accounts where there are none", async () => {
    const app = openApp("/sign-in", {});
    await screen.findByRole("link", { name: /Bakery/ });
    expect(app.router.state.location.pathname).toBe("/");
    expect(screen.queryByRole("button", { name: /Your account/ })).toBeNull();
  });

  it("wait without a page, and are told where the server does not know who is there", async () => {
    openApp("/", atDoor({ "POST /api/v1/auth/refresh": pending }));
    await screen.findByRole("status", { name: "Loading" });
    expect(screen.queryByRole("main")).toBeNull();
    closeApp();
    openApp("/", { "GET /api/v1/auth/state": problem(500, { title: "Broken", detail: "No." }) });
    await screen.findByRole("heading", { name: "Broken" });
  });
});

describe("the sign-in page", () => {
  it("asks for the second factor where there is one", async () => {
    const app = openApp(
      "/sign-in?to=/alerts",
      atDoor({
        "POST /api/v1/auth/sign-in": {
          kind: "second-factor",
          token: "step",
          methods: ["totp", "recovery-code"],
        },
        "POST /api/v1/auth/second-factor": problem(400, {
          code: "wrong-code",
          title: "Wrong code",
          detail: "This code is wrong.",
        }),
      }),
    );
    await signInWith("correct horse");
    await screen.findByRole("heading", { name: "Second factor" });
    const field = screen.getByLabelText("Code");
    expect(document.activeElement).toBe(field);
    type("Code", "000000");
    press("Sign in");
    await screen.findByText("This code is wrong.");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(document.activeElement).toBe(field);
    app.answer("POST /api/v1/auth/second-factor", aToken());
    type("Code", "123456");
    press("Sign in");
    await screen.findByRole("heading", { level: 1, name: "Alerts" });
    expect(app.bodies("POST /api/v1/auth/second-factor")).toEqual([
      { token: "step", code: "000000" },
      { token: "step", code: "123456" },
    ]);
  });

  it("says why it did not work, and moves the focus there", async () => {
    const app = openApp(
      "/sign-in",
      atDoor({
        "POST /api/v1/auth/sign-in": problem(400, {
          code: "wrong-sign-in",
          title: "Not signed in",
          detail: "E-mail or password is wrong.",
        }),
      }),
    );
    await signInWith("wrong");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toBe("E-mail or password is wrong.");
    expect(document.activeElement).toBe(alert);
    app.answer(
      "POST /api/v1/auth/sign-in",
      problem(
        429,
        { code: "too-many-tries", title: "Too many", detail: "There were too many tries." },
        { "retry-after": "240" },
      ),
    );
    press("Sign in");
    await screen.findByText("There were too many tries. Try again in 4 min.");
  });

  it("names what is missing without asking the server", async () => {
    const app = openApp("/sign-in", atDoor());
    await screen.findByRole("heading", { name: "Sign in" });
    press("Sign in");
    await screen.findByText("Give your e-mail address.");
    expect(document.activeElement).toBe(screen.getByLabelText("E-mail"));
    expect(app.bodies("POST /api/v1/auth/sign-in")).toHaveLength(0);
  });

  it("offers providers, which come back to the wanted page, and says why one did not work", async () => {
    openApp(
      "/sign-in?to=/alerts&problem=email-not-verified&provider=kc",
      atDoor({}, { providers: [{ id: "kc", name: "Keycloak" }], registration: { domains: [] } }),
    );
    const link = await screen.findByRole("link", { name: "Sign in with Keycloak" });
    expect(link.getAttribute("href")).toBe("/api/v1/auth/providers/kc/start?return=%2Falerts");
    expect(screen.getByRole("alert").textContent).toMatch(
      /^Keycloak does not say that your e-mail address is confirmed.*then try again\.$/,
    );
    expect(screen.getByRole("link", { name: "Make an account" })).toBeTruthy();
  });

  it("names the setup link where nobody owns the server", async () => {
    openApp("/", atDoor({}, { needsOwner: true }));
    await screen.findByText(/the server printed a setup link into its log/);
    expect(screen.queryByLabelText("E-mail")).toBeNull();
  });

  it("leads on where somebody is signed in already", async () => {
    const app = openApp("/sign-in?to=/alerts", signedInAs());
    await screen.findByRole("heading", { level: 1, name: "Alerts" });
    expect(app.router.state.location.href).toBe("/alerts");
  });
});

describe("links", () => {
  it("of the setup make the first owner", async () => {
    const app = openApp(
      `/setup#token=${token}`,
      atDoor(
        {
          "POST /api/v1/auth/setup/check": new Response(null, { status: 204 }),
          "POST /api/v1/auth/setup": aToken(),
        },
        { needsOwner: true },
      ),
    );
    await screen.findByRole("heading", { name: "Make the first account" });
    await screen.findByLabelText("Your name");
    type("Your name", "Mira Okafor");
    type("E-mail", "mira@example.org");
    type("Password", "short");
    press("Make the account");
    await screen.findByText("It needs at least 12 characters.");
    type("Password", "correct horse battery");
    press("Make the account");
    await screen.findByRole("heading", { level: 1, name: "Search all collections" });
    expect(app.bodies("POST /api/v1/auth/setup")).toEqual([
      { token, name: "Mira Okafor", email: "mira@example.org", password: "correct horse battery" },
    ]);
    expect(app.router.state.location.href).toBe("/");
  });

  it.each(["/setup", "/invitation#token=short", "/reset", "/verify#x"])(
    "without a token say so: %s",
    async (address) => {
      openApp(
        address,
        atDoor({ "GET /api/v1/auth/state": anAuthState({ accounts: true, needsOwner: true }) }),
      );
      await screen.findByRole("heading", { name: "This link is not complete" });
    },
  );

  it("for the first owner that have ended say so at once, and where a new one comes from", async () => {
    const ended = problem(410, {
      code: "link-used",
      title: "Gone",
      detail: "Its time is over.",
      hint: "The server prints a new one.",
    });
    openApp(
      `/setup#token=${token}`,
      atDoor({ "POST /api/v1/auth/setup/check": ended }, { needsOwner: true }),
    );
    await screen.findByRole("heading", { name: "This setup link has ended" });
    expect(screen.getByRole("alert").textContent).toBe(
      "Its time is over. The server prints a new one.",
    );
    expect(screen.queryByLabelText("Your name")).toBeNull();
  });

  it("for the first owner say so where there is one", async () => {
    openApp(`/setup#token=${token}`, atDoor());
    await screen.findByRole("heading", { name: "This server has an owner" });
    expect(screen.getByRole("link", { name: "Sign in" }).getAttribute("href")).toBe("/sign-in");
  });

  it("of an invitation ask somebody new for name and password", async () => {
    const app = openApp(
      `/invitation#token=${token}`,
      atDoor({
        "POST /api/v1/auth/invitation": {
          organization: "Bakers",
          email: "ana@example.org",
          role: "viewer",
          invitedBy: "Mira Okafor",
          hasAccount: false,
        },
        "POST /api/v1/auth/accept-invitation": problem(400, {
          code: "weak-password",
          title: "Weak",
          detail: "This password is too common.",
        }),
      }),
    );
    await screen.findByRole("heading", { name: "Join Bakers" });
    expect(screen.getByText("Mira Okafor invites you as: viewer.")).toBeTruthy();
    type("Your name", "Ana");
    type("Password", "passwordpassword");
    press("Accept");
    await screen.findByText("This password is too common.");
    expect(document.activeElement).toBe(screen.getByLabelText("Password", { selector: "input" }));
    app.answer("POST /api/v1/auth/accept-invitation", aToken());
    press("Accept");
    await screen.findByRole("heading", { level: 1, name: "Search all collections" });
    expect(app.bodies("POST /api/v1/auth/accept-invitation")[0]).toEqual({
      token,
      name: "Ana",
      password: "passwordpassword",
    });
  });

  it("that were used say so", async () => {
    openApp(
      `/invitation#token=${token}`,
      atDoor({
        "POST /api/v1/auth/invitation": problem(400, {
          code: "link-used",
          title: "Used",
          detail: "This link was used.",
          hint: "Ask for a new one.",
        }),
      }),
    );
    expect((await screen.findByRole("alert")).textContent).toBe(
      "This link was used. Ask for a new one.",
    );
  });

  it("for a new password sign in", async () => {
    const app = openApp(`/reset#token=${token}`, atDoor({ "POST /api/v1/auth/reset": aToken() }));
    await screen.findByRole("heading", { name: "Set a new password" });
    type("New password", "correct horse battery");
    press("Set the password");
    await screen.findByRole("heading", { level: 1, name: "Search all collections" });
    expect(app.bodies("POST /api/v1/auth/reset")).toEqual([
      { token, password: "correct horse battery" },
    ]);
  });

  it("that confirm an address ask for the password that was chosen, then sign in", async () => {
    const app = openApp(
      `/verify#token=${token}`,
      atDoor({
        "POST /api/v1/auth/verify": problem(400, {
          code: "wrong-password",
          title: "Wrong",
          detail: "This is not the password of the registration.",
        }),
      }),
    );
    await screen.findByRole("heading", { name: "Confirm your address" });
    press("Confirm and sign in");
    await screen.findByText("Give the password that you chose.");
    expect(app.bodies("POST /api/v1/auth/verify")).toHaveLength(0);
    type("Password", "correct horse battery");
    press("Confirm and sign in");
    await screen.findByText("This is not the password of the registration.");
    app.answer(
      "POST /api/v1/auth/verify",
      problem(409, {
        code: "account-exists",
        title: "Exists",
        detail: "There is an account with this address already.",
        hint: "Sign in, or ask for a new password.",
      }),
    );
    press("Confirm and sign in");
    expect((await screen.findByRole("alert")).textContent).toMatch(/^There is an account/);
    expect(screen.getByRole("link", { name: "Sign in" })).toBeTruthy();
    app.answer("POST /api/v1/auth/verify", aToken());
    press("Confirm and sign in");
    await screen.findByRole("heading", { level: 1, name: "Search all collections" });
    expect(app.bodies("POST /api/v1/auth/verify").at(-1)).toEqual({
      token,
      password: "correct horse battery",
    });
  });
});

describe("a forgotten password", () => {
  it("is answered with a mail, whether there is an account or not", async () => {
    const app = openApp(
      "/forgot",
      atDoor({ "POST /api/v1/auth/forgot": new Response(null) }, { mail: true }),
    );
    await screen.findByLabelText("E-mail");
    type("E-mail", "mira@example.org");
    press("Send a link");
    const title = await screen.findByRole("heading", { name: "Look into your mail" });
    await waitFor(() => expect(document.activeElement).toBe(title));
    expect(screen.getByText(/If there is an account for mira@example.org/)).toBeTruthy();
    expect(app.bodies("POST /api/v1/auth/forgot")).toEqual([{ email: "mira@example.org" }]);
  });

  it("is for an admin to mend where the server sends no mail", async () => {
    openApp("/forgot", atDoor());
    await screen.findByText(/This server sends no mail/);
    expect(screen.queryByLabelText("E-mail")).toBeNull();
  });
});

describe("registration", () => {
  it("sends a mail, to addresses of the named domains", async () => {
    const app = openApp(
      "/register",
      atDoor(
        { "POST /api/v1/auth/register": new Response(null) },
        { mail: true, registration: { domains: ["example.org", "example.net"] } },
      ),
    );
    await screen.findByText("An address at example.org or example.net.");
    type("Your name", "Ana");
    type("E-mail", "ana@example.org");
    type("Password", "correct horse battery");
    press("Make an account");
    await screen.findByRole("heading", { name: "Look into your mail" });
    expect(app.bodies("POST /api/v1/auth/register")).toHaveLength(1);
  });

  it("is not offered where accounts are by invitation", async () => {
    openApp("/register", atDoor());
    await screen.findByRole("heading", { name: "Accounts are by invitation" });
  });
});
