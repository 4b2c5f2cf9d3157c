// Mails about a sign-in from a device that the account has not used for 90 days, over HTTP and a real mail server.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aMailbox, type Mailbox } from "#services/accounts/mailbox.builders.ts";
import { account } from "#services/contract/accounts.ts";
import {
  type AccountsApi,
  goodPassword,
  openAccountsApi,
  openBrowser,
  type TestBrowser,
  takeAccess,
} from "../accounts.builders.ts";

const subject = "A sign-in to Parlance from a new device";
const chrome =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
const safari =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15";
const day = 86_400_000;

let api: AccountsApi;
let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await aMailbox();
  api = await openAccountsApi({
    env: {
      PARLANCE_PUBLIC_URL: "http://localhost",
      PARLANCE_MAIL_URL: mailbox.url,
      PARLANCE_MAIL_FROM: "Parlance <p@example.org>",
    },
    mailbox,
  });
});
afterAll(async () => {
  await api.close();
  mailbox.close();
});

/** Letters about new devices, as they come: they are sent one after the other, so a later one shows that no earlier one is missing. */
const lettersTo = (address: string) =>
  mailbox.letters.filter(({ to, text }) => to === address && text.includes(`Subject: ${subject}`));
const signInWith = async (
  agent: string | undefined,
  email: string,
  browser: TestBrowser = openBrowser(api),
): Promise<TestBrowser> => {
  const answered = await browser.ask("/api/v1/auth/sign-in", {
    body: { email, password: goodPassword },
    ...(agent === undefined ? {} : { headers: { "user-agent": agent } }),
  });
  takeAccess(browser, answered);
  return browser;
};

describe("a sign-in from a new device", () => {
  it("is told by mail once, with time, browser, network and a link, and not at the first of all", async () => {
    const email = "ada@example.org";
    // Joins with Firefox on Linux.
    await api.join(email, "member");
    await signInWith(undefined, email);
    await signInWith(chrome, email);
    await expect.poll(() => lettersTo(email)).toHaveLength(1);
    const text = lettersTo(email)[0]?.text.replaceAll(/=\r?\n/gu, "") ?? "";
    expect(text).toMatch(/Chrome on Windows, network unknown, \d{1,2} \w{3} \d{4}, \d\d:\d\d UTC/u);
    expect(text).toContain("http://localhost/account/sessions");
    await signInWith(chrome, email);
    await signInWith(safari, email);
    await expect.poll(() => lettersTo(email)).toHaveLength(2);
    expect(lettersTo(email)[1]?.text).toContain("Safari on macOS");
  });

  it("is new again after 90 days, and not before", async () => {
    const email = "ben@example.org";
    await api.join(email, "member");
    await signInWith(chrome, email);
    await expect.poll(() => lettersTo(email)).toHaveLength(1);
    const began = api.clock.now;
    api.clock.now = began + 89 * day;
    await (await api.instance.accounts()).sweep();
    await signInWith(chrome, email);
    api.clock.now = began + 89 * day + 91 * day;
    await (await api.instance.accounts()).sweep();
    await signInWith(chrome, email);
    await expect.poll(() => lettersTo(email)).toHaveLength(2);
    api.clock.now = began;
  });

  it("is not told to whoever turned that off, and times are written as they prefer", async () => {
    const email = "cleo@example.org";
    const cleo = await api.join(email, "member");
    const { user } = await cleo.read(account, "/api/v1/account");
    const choose = (mail: boolean) =>
      cleo.read(account, "/api/v1/account", {
        method: "PATCH",
        body: {
          preferences: {
            language: "en-x-iso8601",
            notices: { ...user?.preferences.notices, devices: { mail } },
          },
        },
      });
    await choose(false);
    await signInWith(chrome, email);
    await choose(true);
    await signInWith(safari, email);
    await expect.poll(() => lettersTo(email)).toHaveLength(1);
    const text = lettersTo(email)[0]?.text.replaceAll(/=\r?\n/gu, "") ?? "";
    expect(text).toMatch(/Safari on macOS, network unknown, \d{4}-\d\d-\d\d \d\d:\d\d UTC/u);
  });
});
