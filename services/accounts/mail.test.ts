// Tests of mail against a real SMTP server: who may send, what is encrypted, and what happens where the server fails.
import { createServer } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, it } from "vitest";
import { milliseconds } from "#services/domain/units.ts";
import { aCertificate } from "./certificate.builders.ts";
import { invitationLetter, type Letter } from "./letters.ts";
import { type Mail, openMail } from "./mail.ts";

interface Taken {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly user: string | undefined;
  readonly secure: boolean;
  readonly text: string;
}

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const serving = async (options: SMTPServerOptions) => {
  const taken: Taken[] = [];
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({
          envelope: {
            from: mailFrom === false ? "" : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
          },
          user: session.user === undefined ? undefined : String(session.user),
          secure: session.secure,
          text: Buffer.concat(parts).toString(),
        });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  await new Promise<void>((done) => server.listen(0, "localhost", done));
  closers.push(() => server.close());
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { taken, at: `localhost:${address.port}` };
};

const from = "Parlance <parlance@example.org>";
const opened = (url: string, options: { ca?: string; timeout?: number } = {}): Mail => {
  const { timeout, ...rest } = options;
  const mail = openMail(url, {
    from,
    ...rest,
    ...(timeout === undefined ? {} : { timeout: milliseconds(timeout) }),
  });
  if (mail === undefined) throw new Error("no mail");
  closers.push(() => mail.close());
  return mail;
};

const letter = invitationLetter({
  to: "ada@example.org",
  organization: "Größe",
  invitedBy: "Charles",
  link: "https://talk.example.org/invitation#token=abcdefghijklmnopqrstuvwxyz",
  days: 7,
});
/** Lines that were folded, and signs that were encoded, as they were. */
const unfolded = (text: string) =>
  text
    .replace(/=\r\n/gu, "")
    .replace(/(?:=[0-9A-F]{2})+/gu, (bytes) =>
      Buffer.from(bytes.replaceAll("=", ""), "hex").toString(),
    );
const failed = (hint: RegExp) =>
  expect.objectContaining({
    kind: "unavailable",
    code: "mail-failed",
    hint: expect.stringMatching(hint),
  });
const signedInAs =
  (user: string, password: string): NonNullable<SMTPServerOptions["onAuth"]> =>
  (auth, _session, done) =>
    auth.username === user && auth.password === password
      ? done(null, { user })
      : done(new Error("Invalid username or password"));

describe("mail", () => {
  it("is delivered to one person, as text and HTML", async () => {
    const { taken, at } = await serving({});
    await opened(`smtp://${at}`).send(letter);
    expect(taken).toHaveLength(1);
    const [{ envelope, text } = { envelope: undefined, text: "" }] = taken;
    expect(envelope).toEqual({ from: "parlance@example.org", to: ["ada@example.org"] });
    const seen = unfolded(text);
    expect(seen).toMatch(/^From: Parlance <parlance@example\.org>\r$/m);
    expect(seen).toMatch(/^To: ada@example\.org\r$/m);
    expect(seen).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(text).toMatch(/^Subject: =\?UTF-8\?Q\?Invitation_to_Gr=C3=B6=C3=9Fe\?=\r$/m);
    expect(seen).toContain("“Charles” invites you to “Größe” on Parlance.");
    expect(seen).toContain(
      'href="https://talk.example.org/invitation#token=abcdefghijklmnopqrstuvwxyz"',
    );
  });

  it("signs in with a user and a password of any signs", async () => {
    const { taken, at } = await serving({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: signedInAs("ada@example.org", "p@ss/wörd:%"),
    });
    const password = encodeURIComponent("p@ss/wörd:%");
    const mail = opened(`smtp://ada%40example.org:${password}@${at}`);
    await mail.check();
    await mail.send(letter);
    expect(taken[0]?.user).toBe("ada@example.org");
    await expect(opened(`smtp://ada%40example.org:wrong@${at}`).send(letter)).rejects.toEqual(
      failed(/PARLANCE_MAIL_URL/),
    );
    await expect(opened(`smtp://eve:wrong@${at}`).check()).rejects.toEqual(
      failed(/PARLANCE_MAIL_URL/),
    );
  });

  it("is encrypted where the server offers it, by STARTTLS and from the start", async () => {
    const certificate = aCertificate();
    const starting = await serving({ ...certificate, disabledCommands: [] });
    await opened(`smtp://${starting.at}`, { ca: certificate.cert }).send(letter);
    expect(starting.taken[0]?.secure).toBe(true);
    const secure = await serving({ ...certificate, secure: true });
    await opened(`smtps://${secure.at}`, { ca: certificate.cert }).send(letter);
    expect(secure.taken[0]?.secure).toBe(true);
  });

  it("is not sent where the certificate is not trusted or names another host", async () => {
    const [ours, theirs] = [aCertificate(), aCertificate()];
    const other = aCertificate("mail.example.org");
    for (const [served, trusted] of [
      [theirs, ours],
      [other, other],
    ] as const)
      for (const scheme of ["smtp", "smtps"]) {
        const { taken, at } = await serving({
          ...served,
          disabledCommands: [],
          secure: scheme === "smtps",
        });
        const mail = opened(`${scheme}://${at}`, { ca: trusted.cert });
        await expect(mail.send(letter), scheme).rejects.toEqual(failed(/certificate/));
        expect(taken).toEqual([]);
      }
  });

  it("is not sent in the clear to a server elsewhere, unless that is allowed", async () => {
    const { taken, at } = await serving({ onAuth: signedInAs("u", "p"), allowInsecureAuth: true });
    // Another name of this machine, which does not look like one.
    const elsewhere = at.replace("localhost", "0.0.0.0");
    for (const url of [`smtp://${elsewhere}`, `smtp://u:p@${elsewhere}`])
      await expect(opened(url).send(letter)).rejects.toEqual(failed(/tls=optional/));
    expect(taken).toEqual([]);
    await opened(`smtp://${elsewhere}?tls=optional`).send(letter);
    expect(taken).toHaveLength(1);
  });

  it("fails soon where the server is down or silent", async () => {
    const { at } = await serving({});
    for (const close of closers.splice(0)) close();
    await new Promise((done) => setTimeout(done, 50));
    await expect(opened(`smtp://${at}`).send(letter)).rejects.toEqual(failed(/later/));
    const silent = createServer(() => undefined);
    await new Promise<void>((done) => silent.listen(0, "localhost", done));
    closers.push(() => silent.close());
    const { port } = silent.address() as { port: number };
    const mail = opened(`smtp://localhost:${port}`, { timeout: 200 });
    const start = performance.now();
    await expect(mail.send(letter)).rejects.toEqual(failed(/later/));
    await expect(mail.check()).rejects.toEqual(failed(/later/));
    expect(performance.now() - start).toBeLessThan(3000);
    await expect(
      opened(`smtp://localhost:${port}`).send(letter, AbortSignal.timeout(50)),
    ).rejects.toEqual(failed(/later/));
  });

  it("says so where the server refuses the person", async () => {
    const { at } = await serving({
      onRcptTo: (_address, _session, done) => done(new Error("No such mailbox")),
    });
    await expect(opened(`smtp://${at}`).send(letter)).rejects.toEqual(failed(/address/));
  });

  it("goes to no one else and gets no further headers, whatever names and addresses hold", async () => {
    const { taken, at } = await serving({});
    const mail = opened(`smtp://${at}`);
    const forged = "ada@example.org\r\nBcc: eve@evil.example";
    for (const to of [
      forged,
      "ada@example.org, eve@evil.example",
      "Ada <eve@evil.example>",
      "ada@example.org> RCPT TO:<eve@evil.example",
      "",
    ])
      await expect(mail.send({ ...letter, to }), to).rejects.toMatchObject({
        kind: "rejected",
        code: "bad-address",
      });
    const named: Letter = { ...letter, subject: `Hello\r\nBcc: eve@evil.example\r\n\r\nbody` };
    await mail.send(named);
    await mail.send(
      invitationLetter({
        to: "ada@example.org",
        organization: forged,
        invitedBy: `${forged}\r\n.\r\nMAIL FROM:<x@y.z>`,
        link: "https://talk.example.org/",
        days: 1,
      }),
    );
    expect(taken.map(({ envelope }) => envelope.to)).toEqual([
      ["ada@example.org"],
      ["ada@example.org"],
    ]);
    for (const { text } of taken) expect(text).not.toMatch(/^(Bcc|MAIL FROM):/im);
  });

  it("is optional, and its settings are checked when it is opened", () => {
    expect(openMail(undefined, { from })).toBeUndefined();
    for (const url of [
      "mail.example.org",
      "http://mail.example.org",
      "smtp://",
      "smtp://user@mail.example.org",
      "smtp://mail.example.org?tls=no",
      "smtp://mail.example.org?tls.rejectUnauthorized=false",
      "smtp://u:50%@mail.example.org",
    ])
      expect(() => openMail(url, { from }), url).toThrow(
        expect.objectContaining({
          kind: "rejected",
          code: "bad-setting",
          message: expect.stringContaining("PARLANCE_MAIL_URL"),
        }),
      );
    for (const odd of [
      "",
      "Parlance",
      "Parlance <x>",
      "a@b.example, c@d.example",
      "P\n<a@b.example>",
    ])
      expect(() => openMail("smtp://localhost", { from: odd }), odd).toThrow(
        expect.objectContaining({ message: expect.stringContaining("PARLANCE_MAIL_FROM") }),
      );
  });
});
