// For tests: a real mail server on this machine that keeps the letters it takes.
import { SMTPServer } from "smtp-server";

export interface KeptLetter {
  readonly to: string;
  /** Lines that were folded are whole again. */
  readonly text: string;
}

export interface Mailbox {
  /** smtp://… */
  readonly url: string;
  readonly letters: readonly KeptLetter[];
  /** The letter with this number, counted from 1, once it is there. */
  letter(number: number): Promise<KeptLetter>;
  /** Whether it takes letters for nobody, from now on. */
  refuse(isRefusing: boolean): void;
  close(): void;
}

export const aMailbox = async (): Promise<Mailbox> => {
  const letters: KeptLetter[] = [];
  let refusing = false;
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo: (_, __, done) => done(refusing ? new Error("Not now.") : undefined),
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const text = Buffer.concat(parts).toString().replace(/=\r\n/gu, "").replace(/=3D/gu, "=");
        letters.push({ to: session.envelope.rcptTo[0]?.address ?? "", text });
        done();
      });
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((done) => server.listen(0, "localhost", done));
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `smtp://localhost:${address.port}`,
    letters,
    async letter(number) {
      for (let tries = 0; tries < 500; tries++) {
        const found = letters[number - 1];
        if (found !== undefined) return found;
        await new Promise((later) => setTimeout(later, 10));
      }
      throw new Error(`There are ${letters.length} letters.`);
    },
    refuse(isRefusing) {
      refusing = isRefusing;
    },
    close: () => server.close(),
  };
};

/** The token of the first link in a letter. */
export const tokenIn = ({ text }: KeptLetter): string => {
  const [, token] = /#token=([\w-]{43})/u.exec(text) ?? [];
  if (token === undefined) throw new Error(`There is no link in: ${text}`);
  return token;
};
