// @vitest-environment happy-dom
// Where people may sign in, for whoever runs the server: what there is, adding, changing, what is refused.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { secretFields, signInKinds, signInProvider } from "#services/contract/sign-in-providers.ts";
import { signedInAs } from "../testing/account.builders.ts";
import { at } from "../testing/answers.builders.ts";
import { type Answers, closeApp, openApp, problem } from "../testing/web-app.builders.tsx";
import { providerFields, toldValues } from "../ui/organization/provider-fields.ts";

afterEach(closeApp);

const path = "/api/v1/sign-in-providers";
const keycloak = signInProvider.parse({
  id: "keycloak",
  kind: "oidc",
  name: "Keycloak",
  source: "added",
  state: "on",
  settings: { issuer: "https://login.example.org", clientId: "parlance" },
  secrets: ["clientSecret"],
  redirectUri: "https://talk.example.org/api/v1/auth/providers/keycloak/callback",
  people: 12,
  peopleOnlyByIt: 2,
  problem: null,
  changedAt: at(5, 1),
});
const fixed = {
  ...keycloak,
  ...({ id: "directory", kind: "ldap", name: "People", source: "setting" } as const),
  redirectUri: null,
  changedAt: null,
};
const all = (providers: readonly unknown[], more = {}) => ({
  providers,
  redirectUri: "https://talk.example.org/api/v1/auth/providers/{id}/callback",
  registration: null,
  ...more,
});
const wrongField = (field: string, detail: string) =>
  new Response(
    JSON.stringify({
      ...{ type: "about:blank", title: "Not understood", status: 400, code: "bad-provider" },
      ...{ detail, data: { field } },
    }),
    { status: 400, headers: { "content-type": "application/problem+json" } },
  );
const open = (answers: Answers) =>
  openApp("/organization/sign-in", {
    ...signedInAs({ organization: { id: "org_default", name: "Bakers" } }),
    "GET /api/v1/organizations": { organizations: [] },
    ...answers,
  });
const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label, { selector: "input" }), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const choose = async (name: string) =>
  fireEvent.click(await screen.findByRole("menuitem", { name }));

describe("the page of sign-in providers", () => {
  it("lists them with who signs in there, and leaves those of the settings alone", async () => {
    open({ [`GET ${path}`]: all([fixed, keycloak], { registration: { domains: ["b.org"] } }) });
    const list = await screen.findByRole("list", { name: "Sign-in providers" });
    expect(within(list).getByText(/set by PARLANCE_LDAP/u)).toBeTruthy();
    expect(within(list).getAllByText(/12 people · 2 of them sign in only there/u)).toHaveLength(2);
    expect(screen.queryByRole("button", { name: "More for People" })).toBeNull();
    expect(screen.getByText(/e-mail address at b.org may make an account/u)).toBeTruthy();
    press("Add a provider");
    await screen.findByRole("menuitem", { name: "Okta" });
    // There is one already.
    expect(screen.queryByRole("menuitem", { name: "LDAP directory" })).toBeNull();
  });

  it("adds one, with the redirect address for its id, and says beside a field what is wrong", async () => {
    const app = open({
      [`GET ${path}`]: all([]),
      [`POST ${path}`]: wrongField("issuer", "issuer does not begin with https://."),
    });
    await screen.findByText("Passwords of this server only");
    press("Add a provider");
    await choose("Authentik");
    const form = await screen.findByRole("dialog", { name: "Add Authentik" });
    type("Name", "Office");
    within(form).getByText("https://talk.example.org/api/v1/auth/providers/office/callback");
    type("Issuer", "http://login.example.org");
    type("Client ID", " parlance ");
    type("Client secret", "hush");
    press("Add it");
    await within(form).findByText("Issuer does not begin with https://.");
    type("Issuer", "https://login.example.org");
    app.answer(`POST ${path}`, { ...keycloak, id: "office", name: "Office" });
    app.answer(`GET ${path}`, all([{ ...keycloak, id: "office", name: "Office" }]));
    press("Add it");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(app.bodies(`POST ${path}`)[1]).toEqual({
      ...{ id: "office", kind: "oidc", name: "Office" },
      settings: {
        ...{ issuer: "https://login.example.org", clientId: "parlance" },
        ...{ newAccounts: "invited", verifiedEmails: false },
      },
      secrets: { clientSecret: "hush" },
    });
  });

  it("changes one without its secret, and again once it was said who would be locked out", async () => {
    const app = open({
      [`GET ${path}`]: all([keycloak]),
      [`PATCH ${path}/keycloak`]: problem(409, {
        code: "locks-out",
        title: "Not possible",
        detail: "2 people sign in only there, and could not sign in any more.",
      }),
    });
    fireEvent.click(await screen.findByRole("button", { name: "More for Keycloak" }));
    await choose("Edit…");
    await screen.findByRole("dialog", { name: "Edit Keycloak" });
    type("Name", "Keycloak of work");
    press("Save");
    await screen.findByText(/2 people sign in only there/u);
    app.answer(`PATCH ${path}/keycloak`, keycloak);
    press("Save it all the same");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const [first, second] = app.bodies(`PATCH ${path}/keycloak`);
    expect(first).toMatchObject({ secrets: {} });
    expect(second).toEqual({ ...(first as object), confirmed: true });
  });

  it("asks for the secret again where the address changes", async () => {
    open({ [`GET ${path}`]: all([keycloak]) });
    fireEvent.click(await screen.findByRole("button", { name: "More for Keycloak" }));
    await choose("Edit…");
    const form = await screen.findByRole("dialog", { name: "Edit Keycloak" });
    within(form).getByText(/One is kept/u);
    type("Issuer", "https://other.example.org");
    await within(form).findByText("The address changes, so that it has to be given again.");
    expect(within(form).queryByText(/One is kept/u)).toBeNull();
  });

  it("adds one whose id was there before once it was said who is linked to it", async () => {
    const app = open({
      [`GET ${path}`]: all([]),
      [`POST ${path}`]: problem(409, {
        code: "knows-people",
        title: "Not possible",
        detail: "A provider with this id was here before. 3 people are linked to it.",
      }),
    });
    await screen.findByText("Passwords of this server only");
    press("Add a provider");
    await choose("Authentik");
    await screen.findByRole("dialog", { name: "Add Authentik" });
    type("Name", "Office");
    type("Issuer", "https://login.example.org");
    type("Client ID", "parlance");
    type("Client secret", "hush");
    press("Add it");
    await screen.findByText(/3 people are linked to it/u);
    app.answer(`POST ${path}`, { ...keycloak, id: "office", name: "Office" });
    press("Add it all the same");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    const [first, second] = app.bodies(`POST ${path}`);
    expect(second).toEqual({ ...(first as object), confirmed: true });
  });

  it("says which team each group leads to, and drops what was removed", async () => {
    const settings = {
      ...keycloak.settings,
      ...{ groupsClaim: "groups", teams: { cooks: "Kitchen", drivers: "Road" } },
    };
    const app = open({
      [`GET ${path}`]: all([{ ...keycloak, settings }]),
      [`PATCH ${path}/keycloak`]: keycloak,
    });
    fireEvent.click(await screen.findByRole("button", { name: "More for Keycloak" }));
    await choose("Edit…");
    await screen.findByRole("dialog", { name: "Edit Keycloak" });
    press("More");
    const teams = within(screen.getByLabelText("Teams of groups"));
    const write = (label: string, value: string) =>
      fireEvent.change(teams.getByLabelText(label), { target: { value } });
    fireEvent.click(teams.getByLabelText("Remove drivers"));
    write("Team of cooks", "Kitchens");
    fireEvent.click(teams.getByText("Add a group"));
    fireEvent.change(teams.getAllByLabelText("Group")[1] as HTMLElement, {
      target: { value: " bakers " },
    });
    write("Team of bakers", "Bakery");
    press("Save");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(app.bodies(`PATCH ${path}/keycloak`)[0]).toMatchObject({
      settings: { teams: { cooks: "Kitchens", bakers: "Bakery" } },
    });
  });

  it("shows the steps of a test", async () => {
    const steps = [
      { name: "Discovery", state: "ok", detail: "The provider describes itself.", hint: null },
      { name: "Client secret", state: "failed", detail: "Not taken.", hint: "Copy it again." },
    ];
    open({
      [`GET ${path}`]: all([keycloak]),
      [`POST ${path}/keycloak/test`]: { ok: false, steps },
    });
    fireEvent.click(await screen.findByRole("button", { name: "Test Keycloak" }));
    const dialog = await screen.findByRole("dialog", { name: "Test Keycloak" });
    fireEvent.click(within(dialog).getByRole("button", { name: "Test" }));
    await within(dialog).findByText("One step failed.");
    expect(within(dialog).getByText("Copy it again.")).toBeTruthy();
  });

  it("says beside a field what a test was refused for", async () => {
    open({
      [`GET ${path}`]: all([]),
      [`POST ${path}/test`]: wrongField("base", "base is missing."),
    });
    await screen.findByText("Passwords of this server only");
    press("Add a provider");
    await choose("LDAP directory");
    const form = await screen.findByRole("dialog", { name: "Add LDAP directory" });
    fireEvent.click(within(form).getByRole("button", { name: "Test" }));
    await within(form).findByText("Base is missing.");
    expect(document.activeElement).toBe(within(form).getByLabelText("Base"));
    expect(within(form).queryByRole("alert")).toBeNull();
  });

  it("names other fields as the form does where a refusal is about two", async () => {
    open({
      [`GET ${path}`]: all([]),
      [`POST ${path}/test`]: wrongField(
        "bindPassword",
        "bindPassword belongs to bindDn: set both or neither.",
      ),
    });
    await screen.findByText("Passwords of this server only");
    press("Add a provider");
    await choose("LDAP directory");
    const form = await screen.findByRole("dialog", { name: "Add LDAP directory" });
    fireEvent.click(within(form).getByRole("button", { name: "Test" }));
    await within(form).findByText(
      "Password of that account belongs to “Who looks people up”: set both or neither.",
    );
  });

  it("says why a problem keeps it from being shown", async () => {
    open({
      [`GET ${path}`]: problem(403, {
        code: "not-allowed",
        title: "Not allowed",
        detail: "You may not do this.",
      }),
    });
    await screen.findByText("You may not do this.");
  });
});

describe("the fields of the form", () => {
  it("hide what is a secret of each kind", () => {
    for (const kind of signInKinds)
      for (const { name, type: is } of providerFields[kind])
        expect([name, is === "secret"]).toEqual([name, secretFields[kind].includes(name)]);
  });

  it("keep settings that the form does not have, and drop those that were emptied", () => {
    const values = { id: "g", name: " G ", issuer: "", clientId: "x", clientSecret: "" };
    const before = { issuer: "https://git.example.org", clientId: "y", other: 1 };
    expect(toldValues("github", values, before)).toEqual({
      name: "G",
      settings: { clientId: "x", other: 1 },
      secrets: {},
    });
  });
});
