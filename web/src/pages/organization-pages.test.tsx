// @vitest-environment happy-dom
// The pages of the organization, for its admins, and who may open a collection.
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import {
  aMember,
  anAccess,
  anApiKey,
  anInvitation,
  anOrganization,
  aTeam,
  signedInAs,
  someQuotas,
} from "../testing/account.builders.ts";
import { closeApp, openApp, pending, problem } from "../testing/web-app.builders.tsx";

afterEach(closeApp);

const type = (label: string | RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label, { selector: "input" }), { target: { value } });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const choose = async (label: string | RegExp, option: string | RegExp) => {
  fireEvent.click(screen.getByRole("combobox", { name: label }));
  fireEvent.click(await screen.findByRole("option", { name: option }));
};
const done = () => new Response(null);
const broken = problem(500, { title: "Broken", detail: "It is broken." });

const self = aMember({ id: "usr_a", name: "Mira Okafor", role: "owner" });
const withMembers = (...others: ReturnType<typeof aMember>[]) => ({
  ...signedInAs(),
  "GET /api/v1/members": { members: [self, ...others] },
  "GET /api/v1/invitations": { invitations: [] },
});

describe("the members", () => {
  it("are listed with their roles; whoever looks cannot change their own", async () => {
    openApp("/organization", withMembers(aMember({ state: "suspended", lastSeenAt: null })));
    const list = await screen.findByRole("list", { name: "Members" });
    const [first, second] = within(list).getAllByRole("listitem");
    expect(first?.textContent).toMatch(/Mira OkaforYou.*Owner$/);
    expect(within(first as HTMLElement).queryByRole("button")).toBeNull();
    expect(second?.textContent).toMatch(/Tobi LangSuspended.*second factor · never signed in/);
  });

  it("are given another role, and keep the old one where that is refused", async () => {
    const app = openApp("/organization", {
      ...withMembers(aMember()),
      "PATCH /api/v1/members/usr_b": problem(409, { title: "Last", detail: "Not this one." }),
    });
    await screen.findByText("Tobi Lang");
    await choose("Role of Tobi Lang", /^Admin/);
    expect((await screen.findByRole("alert")).textContent).toBe("Not this one.");
    expect(app.bodies("PATCH /api/v1/members/usr_b")).toEqual([{ role: "admin" }]);
    expect(screen.getByRole("combobox", { name: "Role of Tobi Lang" })).toHaveProperty(
      "value",
      "Member",
    );
  });

  it("are not made owners by an admin, who changes nothing about owners", async () => {
    openApp("/organization", {
      ...withMembers(aMember({ role: "admin" }), aMember({ id: "usr_c", role: "owner" })),
      ...signedInAs({ role: "admin" }),
      "GET /api/v1/members": {
        members: [aMember(), aMember({ id: "usr_c", name: "Olga", role: "owner" })],
      },
    });
    await screen.findByText("Olga");
    expect(screen.queryByRole("combobox", { name: "Role of Olga" })).toBeNull();
    fireEvent.click(screen.getByRole("combobox", { name: "Role of Tobi Lang" }));
    await screen.findByRole("option", { name: /^Admin/ });
    expect(screen.queryByRole("option", { name: /^Owner/ })).toBeNull();
  });

  it.each([
    ["Suspend…", "Suspend", "PATCH /api/v1/members/usr_b", { state: "suspended" }],
    ["Remove…", "Remove", "DELETE /api/v1/members/usr_b", undefined],
    ["End all sessions…", "End the sessions", "POST /api/v1/members/usr_b/end-sessions", {}],
    ["Reset the second factor…", "Reset", "POST /api/v1/members/usr_b/reset-second-factor", {}],
  ])("%s asks first", async (item, button, request, body) => {
    const app = openApp("/organization", { ...withMembers(aMember()), [request]: done });
    fireEvent.click(await screen.findByRole("button", { name: "More for Tobi Lang" }));
    fireEvent.click(await screen.findByRole("menuitem", { name: item }));
    const dialog = await screen.findByRole("dialog", { name: /Tobi Lang\?$/ });
    expect(app.bodies(request)).toHaveLength(0);
    fireEvent.click(within(dialog).getByRole("button", { name: button }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(app.bodies(request)).toEqual([body]);
  });

  it("who forgot the password are given a link, which is shown once", async () => {
    openApp("/organization", {
      ...withMembers(aMember()),
      "POST /api/v1/members/usr_b/reset-link": { link: "https://p.example/reset#token=abc" },
    });
    fireEvent.click(await screen.findByRole("button", { name: "More for Tobi Lang" }));
    fireEvent.click(await screen.findByRole("menuitem", { name: /Link for a new password/ }));
    fireEvent.click(await screen.findByRole("button", { name: "Make a link" }));
    await screen.findByText("https://p.example/reset#token=abc");
    press("Done");
    await waitFor(() => expect(screen.queryByText(/p\.example/)).toBeNull());
  });

  it("are invited, with a link where no mail is sent; an invitation is withdrawn", async () => {
    const app = openApp("/organization", {
      ...withMembers(),
      "POST /api/v1/invitations": {
        invitation: anInvitation(),
        link: "https://p.example/invitation#token=abc",
      },
      "DELETE /api/v1/invitations/inv_a": done,
    });
    fireEvent.click(await screen.findByRole("button", { name: "Invite somebody" }));
    const dialog = await screen.findByRole("dialog", { name: "Invite somebody" });
    type("E-mail", "ana");
    fireEvent.click(within(dialog).getByRole("button", { name: "Invite" }));
    await within(dialog).findByText("Give an e-mail address.");
    type("E-mail", "ana@example.org");
    await choose("Role", /^Viewer/);
    app.answer("GET /api/v1/invitations", { invitations: [anInvitation()] });
    fireEvent.click(within(dialog).getByRole("button", { name: "Invite" }));
    await screen.findByText("https://p.example/invitation#token=abc");
    expect(app.bodies("POST /api/v1/invitations")).toEqual([
      { email: "ana@example.org", role: "viewer" },
    ]);
    press("Done");
    app.answer("GET /api/v1/invitations", { invitations: [] });
    fireEvent.click(
      await screen.findByRole("button", { name: "Withdraw the invitation of ana@example.org" }),
    );
    await waitFor(() => expect(screen.queryByText("ana@example.org")).toBeNull());
  });

  it("are for admins only", async () => {
    const app = openApp("/organization", signedInAs({ role: "member" }));
    await screen.findByRole("heading", { level: 1, name: "For admins" });
    expect(app.bodies("GET /api/v1/members")).toHaveLength(0);
  });

  it("say why they cannot be shown, and are busy while they load", async () => {
    openApp("/organization", { ...withMembers(), "GET /api/v1/members": pending });
    await screen.findByRole("heading", { level: 2, name: "Members" });
    expect(document.querySelector("[aria-busy=true]")).not.toBeNull();
    closeApp();
    openApp("/organization", { ...withMembers(), "GET /api/v1/members": broken });
    await screen.findByRole("heading", { level: 2, name: "Broken" });
  });
});

describe("the teams", () => {
  it("are made, changed and deleted", async () => {
    const app = openApp("/organization/teams", {
      ...signedInAs(),
      "GET /api/v1/teams": { teams: [] },
      "POST /api/v1/teams": aTeam({ members: [] }),
      "PATCH /api/v1/teams/tea_a": aTeam(),
      "DELETE /api/v1/teams/tea_a": done,
    });
    await screen.findByRole("heading", { name: "No teams" });
    press("New team");
    await screen.findByRole("dialog", { name: "New team" });
    type("Name", " Ovens ");
    app.answer("GET /api/v1/teams", { teams: [aTeam()] });
    press("Make the team");
    await screen.findByText("Tobi Lang");
    expect(app.bodies("POST /api/v1/teams")).toEqual([{ name: "Ovens" }]);

    press("Change the team Ovens");
    await screen.findByRole("dialog", { name: "Team Ovens" });
    fireEvent.click(screen.getByRole("combobox", { name: "Members" }));
    fireEvent.click(await screen.findByRole("option", { name: "Mira Okafor" }));
    press("Save");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(app.bodies("PATCH /api/v1/teams/tea_a")).toEqual([
      { name: "Ovens", members: ["usr_b", "usr_a"] },
    ]);

    press("Delete the team Ovens");
    const dialog = await screen.findByRole("dialog", { name: "Delete the team Ovens?" });
    app.answer("GET /api/v1/teams", { teams: [] });
    fireEvent.click(within(dialog).getByRole("button", { name: "Delete" }));
    await screen.findByRole("heading", { name: "No teams" });
  });
});

describe("the keys of all members", () => {
  it("name their owners, and are deleted", async () => {
    const app = openApp("/organization/keys", {
      ...signedInAs(),
      "GET /api/v1/keys": { keys: [anApiKey({ owner: { id: "usr_b", name: "Tobi Lang" } })] },
      "DELETE /api/v1/keys/key_a": done,
    });
    const list = await screen.findByRole("list", { name: "API keys of all members" });
    expect(list.textContent).toMatch(/Tobi Lang · read, search · all collections/);
    press("Delete the key Notebook");
    const dialog = await screen.findByRole("dialog");
    app.answer("GET /api/v1/keys", { keys: [] });
    fireEvent.click(within(dialog).getByRole("button", { name: "Delete" }));
    await screen.findByRole("heading", { name: "No keys" });
  });
});

describe("keeping members and teams by SCIM", () => {
  const keys = (more: object = {}) => ({
    ...signedInAs(),
    "GET /api/v1/keys": { keys: [] },
    ...more,
  });

  it("has an address, and a key that is shown this once", async () => {
    const made = { key: anApiKey({ scopes: ["scim"] }), secret: "parlance_secret" };
    const app = openApp("/organization/keys", keys({ "POST /api/v1/keys": made }));
    const section = await screen.findByRole("region", { name: "SCIM" });
    expect(section.textContent).toContain(`${location.origin}/scim/v2`);
    press("New SCIM key");
    await screen.findByRole("dialog", { name: "New SCIM key" });
    press("Make the key");
    await screen.findByText("Give it a name, such as that of the identity provider.");
    type("Name", " Entra ");
    app.answer("GET /api/v1/keys", { keys: [made.key] });
    press("Make the key");
    await screen.findByText("parlance_secret");
    expect(app.bodies("POST /api/v1/keys")).toEqual([{ name: "Entra", days: 365 }]);
    press("Done");
    expect(
      (await screen.findByRole("list", { name: "API keys of all members" })).textContent,
    ).toContain("SCIM: members and teams");
  });

  it("marks members, says who has not come yet, and what would be undone", async () => {
    openApp("/organization", withMembers(aMember({ state: "invited", keptByScim: true })));
    const list = await screen.findByRole("list", { name: "Members" });
    expect(list.textContent).toMatch(/Tobi LangInvitedKept by SCIM.*joins at the first sign-in/);
    fireEvent.click(screen.getByRole("button", { name: "More for Tobi Lang" }));
    expect(screen.queryByRole("menuitem", { name: /new password|sessions/ })).toBeNull();
    fireEvent.click(await screen.findByRole("menuitem", { name: "Suspend…" }));
    expect((await screen.findByRole("dialog")).textContent).toContain(
      "your identity provider undoes this",
    );
  });

  it("marks teams", async () => {
    openApp("/organization/teams", {
      ...signedInAs(),
      "GET /api/v1/teams": { teams: [aTeam({ keptByScim: true })] },
      "GET /api/v1/people": { people: [], teams: [] },
    });
    await screen.findByText("Kept by SCIM");
    press("Change the team Ovens");
    expect((await screen.findByRole("dialog")).textContent).toContain(
      "your identity provider undoes this",
    );
  });
});

describe("the settings of the organization", () => {
  it("are saved: the name, and whether each member needs a second factor", async () => {
    const app = openApp("/organization/settings", {
      ...signedInAs(),
      "GET /api/v1/organization": anOrganization(),
      "GET /api/v1/organization/quotas": someQuotas(),
      "PATCH /api/v1/organization": anOrganization({ requiresSecondFactor: true }),
    });
    fireEvent.click(await screen.findByRole("switch", { name: /Every member needs/ }));
    press("Save");
    await screen.findByText("Saved.");
    expect(app.bodies("PATCH /api/v1/organization")).toEqual([
      { name: "Bakers", requiresSecondFactor: true, allowsLooking: false },
    ]);
  });

  it("say what the organization may use, and has used", async () => {
    openApp("/organization/settings", {
      ...signedInAs(),
      "GET /api/v1/organization": anOrganization(),
      "GET /api/v1/organization/quotas": someQuotas({
        tokensPerDay: { limit: 2_000_000, own: 2_000_000, server: 0, used: 1_900_000 },
      }),
    });
    const limits = await screen.findByRole("region", { name: "Limits" });
    await within(limits).findByText("1,900,000 of 2,000,000");
    expect(
      within(limits)
        .getAllByRole("term")
        .map((term) => [term.textContent, term.nextElementSibling?.textContent]),
    ).toEqual([
      ["Requests in a minute", "any number"],
      ["Embedded tokens in a day", "1,900,000 of 2,000,000"],
      ["Bytes of files", "3.2 MB used; any number is allowed"],
    ]);
    expect(
      within(limits)
        .getByRole("progressbar", { name: "Embedded tokens in a day, used" })
        .getAttribute("aria-valuenow"),
    ).toBe("95");
  });
});

describe("the access to a collection", () => {
  const access = "GET /api/v1/collections/col_a/access";

  it("is for everybody, or for named people and teams", async () => {
    const app = openApp("/c/col_a/settings", {
      ...signedInAs(),
      [access]: anAccess(),
      "PUT /api/v1/collections/col_a/access": anAccess({ everybody: "read" }),
    });
    const section = await screen.findByRole("region", { name: "Access" });
    const named = await within(section).findByRole("list", { name: "Named people and teams" });
    expect(within(named).getByText("Mira Okafor")).toBeTruthy();
    await choose("Add a person or a team", "Ovens");
    await choose("What Ovens may do", "May edit");
    fireEvent.click(screen.getByRole("radio", { name: "May read" }));
    press("Save the access");
    await within(section).findByText("Saved.");
    expect(app.bodies("PUT /api/v1/collections/col_a/access")).toEqual([
      {
        everybody: "read",
        grants: [
          { kind: "user", id: "usr_a", level: "manage" },
          { kind: "team", id: "tea_a", level: "edit" },
        ],
      },
    ]);
    // What the server saved is shown.
    expect(within(section).queryByText("Ovens")).toBeNull();
  });

  it("is not shown to those who may not manage the collection", async () => {
    openApp("/c/col_a/settings", {
      ...signedInAs({ role: "member" }),
      [access]: problem(403, { code: "not-allowed", title: "Not allowed", detail: "No." }),
    });
    await screen.findByText("Who may manage this collection can see and change it here.");
    expect(screen.queryByRole("button", { name: "Save the access" })).toBeNull();
  });

  it("is no subject where there are no accounts", async () => {
    const app = openApp("/c/col_a/settings");
    await screen.findByRole("heading", { name: "Details" });
    expect(screen.queryByRole("region", { name: "Access" })).toBeNull();
    expect(app.bodies(access)).toHaveLength(0);
  });
});
