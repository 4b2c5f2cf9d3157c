// @vitest-environment happy-dom
// The menu of whoever is signed in: where it leads, changing the organization, signing out.
import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { anAccount, aToken, signedInAs } from "../../testing/account.builders.ts";
import { closeApp, openApp, problem } from "../../testing/web-app.builders.tsx";

afterEach(closeApp);

describe("the user menu", () => {
  const twoOrganizations = [
    { id: "org_a", name: "Bakers", role: "owner" as const },
    { id: "org_b", name: "Millers", role: "viewer" as const },
  ];
  const openMenu = async () => {
    fireEvent.click(await screen.findByRole("button", { name: "Your account: Mira Okafor" }));
    return await screen.findByRole("menu");
  };

  it("leads to the account, admins to the organization, and whoever runs the server to that", async () => {
    openApp("/alerts", signedInAs());
    const menu = await openMenu();
    expect(within(menu).getByRole("menuitem", { name: "Account" })).toBeTruthy();
    expect(within(menu).getByRole("menuitem", { name: "Organization" })).toBeTruthy();
    expect(within(menu).queryByRole("menuitem", { name: "Server" })).toBeNull();
    closeApp();
    openApp("/alerts", signedInAs({ organization: { id: "org_default", name: "First" } }));
    expect(within(await openMenu()).getByRole("menuitem", { name: "Server" })).toBeTruthy();
    closeApp();
    openApp("/alerts", signedInAs({ role: "member" }));
    expect(within(await openMenu()).queryByRole("menuitem", { name: "Organization" })).toBeNull();
  });

  it("is a hint that accounts are off, where others may reach the server, and nothing on one's own machine", async () => {
    openApp("/alerts", {});
    await screen.findByRole("heading", { level: 1, name: "Alerts" });
    expect(screen.queryByRole("button", { name: "Accounts are off" })).toBeNull();
    closeApp();
    const own = window.location.hostname;
    window.location.hostname = "chats.example.org";
    openApp("/alerts", {});
    fireEvent.click(await screen.findByRole("button", { name: "Accounts are off" }));
    await screen.findByText("Everybody who reaches this server owns everything.");
    window.location.hostname = own;
  });

  it("changes the organization: everything is loaded anew, with another token", async () => {
    const app = openApp("/c/col_a/settings", {
      ...signedInAs({ organizations: twoOrganizations }),
      "POST /api/v1/account/organization": aToken("access-b"),
    });
    const menu = await openMenu();
    const items = within(menu).getAllByRole("menuitemradio");
    expect(items.map((item) => item.getAttribute("aria-checked"))).toEqual(["true", "false"]);
    app.answer(
      "GET /api/v1/account",
      anAccount({ organization: { id: "org_b", name: "Millers" }, role: "viewer" }),
    );
    app.answer("GET /api/v1/collections", { collections: [] });
    fireEvent.click(within(menu).getByRole("menuitemradio", { name: /Millers/ }));
    await screen.findByRole("heading", { level: 1, name: "Nothing is shared with you yet" });
    expect(app.bodies("POST /api/v1/account/organization")).toEqual([{ organization: "org_b" }]);
    expect(app.router.state.location.pathname).toBe("/");
    expect(app.asked.at(-1)?.headers.get("authorization")).toBe("Bearer access-b");
  });

  it("signs out, and forgets what was loaded", async () => {
    const app = openApp("/", {
      ...signedInAs(),
      "POST /api/v1/auth/sign-out": new Response(null),
    });
    await screen.findByRole("link", { name: /Bakery/ });
    fireEvent.click(within(await openMenu()).getByRole("menuitem", { name: "Sign out" }));
    await screen.findByRole("heading", { name: "Sign in" });
    expect(screen.queryByRole("link", { name: /Bakery/ })).toBeNull();
    expect(app.bodies("POST /api/v1/auth/sign-out")).toEqual([{}]);
  });

  it("says so where signing out did not work", async () => {
    openApp("/", {
      ...signedInAs(),
      "POST /api/v1/auth/sign-out": problem(500, { title: "Broken", detail: "It is broken." }),
    });
    fireEvent.click(within(await openMenu()).getByRole("menuitem", { name: "Sign out" }));
    const dialog = await screen.findByRole("dialog", { name: "You are still signed in" });
    expect(dialog.textContent).toContain("It is broken.");
  });
});
