// Sessions of members over HTTP: what admins see and end, and what they do not.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { userSessionList } from "#services/contract/accounts.ts";
import { memberList } from "#services/contract/organizations.ts";
import { organizationId } from "#services/domain/ids.ts";
import { addOrganization } from "#services/store/store.ts";
import { type AccountsApi, openAccountsApi, ownersEmail } from "../accounts.builders.ts";

let api: AccountsApi;
beforeAll(async () => {
  api = await openAccountsApi();
});
afterAll(() => api.close());

const pathOf = async (email: string) => {
  const { members } = await api.owner.read(memberList, "/api/v1/members");
  return `/api/v1/members/${members.find((one) => one.email === email)?.id}/sessions`;
};

describe("sessions of a member", () => {
  it("are shown to admins, who end one of them", async () => {
    const mira = await api.join("mira@example.org", "member");
    const admin = await api.join("adam@example.org", "admin");
    const path = await pathOf("mira@example.org");
    await api.browser().signIn("mira@example.org");
    const { sessions } = await admin.read(userSessionList, path);
    expect(sessions).toHaveLength(2);
    expect(sessions[0]).toMatchObject({ device: "Firefox on Linux", current: false });
    const own = (await mira.read(userSessionList, "/api/v1/account/sessions")).sessions;
    const here = own.find(({ current }) => current)?.id;
    const ended = { method: "DELETE" };
    expect((await admin.ask(`${path}/${here}`, ended)).status).toBe(204);
    expect((await mira.ask("/api/v1/account")).code).toBe("signed-out");
    expect((await admin.ask(`${path}/${here}`, ended)).code).toBe("unknown-session");
    expect((await admin.ask(`${path}/x`, ended)).code).toBe("unknown-session");
    expect((await admin.read(userSessionList, path)).sessions).toHaveLength(1);
  });

  it("are those of nobody above whoever asks, and not shown to members", async () => {
    const admin = await api.join("ada@example.org", "admin");
    const member = await api.join("max@example.org", "member");
    const path = await pathOf(ownersEmail);
    expect((await admin.ask(path)).code).toBe("not-allowed");
    expect((await member.ask(await pathOf("max@example.org"))).code).toBe("not-allowed");
    const { sessions } = await api.owner.read(userSessionList, path);
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    expect((await admin.ask("/api/v1/members/x/sessions")).code).toBe("unknown-member");
  });

  it("are left out where they work in another organization", async () => {
    await api.join("nora@example.org", "member");
    const path = await pathOf("nora@example.org");
    const [known] = (await api.owner.read(userSessionList, path)).sessions;
    const { rows } = (await api.instance.accounts()).parts.database.system;
    const other = organizationId("other");
    await addOrganization(rows, { id: other, name: "Other", created_at: 1 });
    await rows
      .updateTable("user_sessions")
      .set({ in_organization: other })
      .where("id", "=", known?.id as never)
      .execute();
    expect((await api.owner.read(userSessionList, path)).sessions).toEqual([]);
    const ended = await api.owner.ask(`${path}/${known?.id}`, { method: "DELETE" });
    expect(ended.code).toBe("unknown-session");
  });
});
