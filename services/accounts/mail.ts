// Mail by SMTP: one letter at a time, over TLS unless the server is on this machine, and never longer than ten seconds.
import { createTransport } from "nodemailer";
import { emailAddress } from "#services/contract/accounts.ts";
import { type ParlanceError, rejected, unavailable } from "#services/domain/errors.ts";
import { isLoopback } from "#services/domain/loopback.ts";
import { type Duration, seconds } from "#services/domain/units.ts";
import type { Letter } from "./letters.ts";

const TIMEOUT = seconds(10);

export interface Mail {
  /** @throws ParlanceError unavailable `mail-failed`; rejected `bad-address` */
  send(letter: Letter, signal?: AbortSignal): Promise<void>;
  /** Connects and signs in without sending anything. @throws ParlanceError unavailable `mail-failed` */
  check(): Promise<void>;
  close(): void;
}

export interface MailOptions {
  /** `Parlance <parlance@example.org>`, or the address alone. */
  readonly from: string;
  /** Further authorities (PEM) whose certificates are trusted. */
  readonly ca?: string;
  readonly timeout?: Duration;
}

const badSetting = (message: string) =>
  rejected(`PARLANCE_MAIL_URL: ${message}`, {
    code: "bad-setting",
    hint: "It looks like smtp://user:password@mail.example.org:587 (STARTTLS) or smtps://…:465; write signs such as @ and / in the password as %40 and %2F.",
  });

const serverOf = (address: string) => {
  const url = URL.parse(address);
  if (url === null || !/^smtps?:$/u.test(url.protocol) || url.hostname === "")
    throw badSetting("this is not the address of a mail server.");
  const tls = url.searchParams.get("tls") ?? "required";
  if (
    [...url.searchParams.keys()].some((key) => key !== "tls") ||
    !/^(required|optional)$/u.test(tls)
  )
    throw badSetting("the only option is ?tls=optional, for a server that cannot encrypt.");
  if ((url.username === "") !== (url.password === ""))
    throw badSetting("a user needs a password, and a password a user.");
  const secure = url.protocol === "smtps:";
  const decoded = (part: string) => {
    try {
      return decodeURIComponent(part);
    } catch (cause) {
      throw badSetting(`its user or password has a % that stands for nothing (${String(cause)}).`);
    }
  };
  return {
    host: url.hostname.replace(/^\[|\]$/gu, ""),
    port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
    secure,
    // Whoever stands between could otherwise take the offer of encryption away, and read passwords and links.
    requireTLS: !secure && tls === "required" && !isLoopback(url.hostname),
    ...(url.username === ""
      ? {}
      : { auth: { user: decoded(url.username), pass: decoded(url.password) } }),
  };
};

const senderOf = (from: string) => {
  const [, name = "", bracketed, bare] =
    /^(?:"?([^"<>]*?)"?\s*<([^<>\s]+)>|([^<>\s]+))$/u.exec(from.trim()) ?? [];
  const address = emailAddress.safeParse(bracketed ?? bare);
  if (!address.success || /\p{Cc}/u.test(from))
    throw rejected("PARLANCE_MAIL_FROM: this is not an address.", {
      code: "bad-setting",
      hint: "It looks like “Parlance <parlance@example.org>”, or parlance@example.org.",
    });
  return { name: name.trim(), address: address.data };
};

const whatFailed = (code: string | undefined): readonly [string, string] => {
  switch (code) {
    case "EAUTH":
    case "ENOAUTH":
      return ["it refused the user or the password", "Correct PARLANCE_MAIL_URL."];
    case "ETLS":
      return [
        "it does not encrypt, or its certificate is not trusted",
        "Name the server in PARLANCE_MAIL_URL as its certificate does. For one of your own authority, set NODE_EXTRA_CA_CERTS; for a server that cannot encrypt, add ?tls=optional.",
      ];
    case "EABORT":
    case "ETIMEDOUT":
      return ["it did not answer in time", "Try again later; ./parlance doctor tests it."];
    case "EENVELOPE":
      return ["it does not take letters for this address", "Check the address."];
    default:
      return ["it cannot be reached", "Try again later; ./parlance doctor tests it."];
  }
};

/** What the server said is in the cause, for the log only: it may name users. */
const failure = (cause: unknown): ParlanceError => {
  const { code, message = "" } = cause as { code?: string; message?: string };
  const inTls = /certificate|self-signed|altname/iu.test(message);
  const [what, hint] = whatFailed(inTls ? "ETLS" : code);
  return unavailable(`The mail server did not take the letter: ${what}.`, {
    code: "mail-failed",
    hint,
    cause,
  });
};

/**
 * Undefined where no server is set: links are shown to whoever makes them instead. Opens no connection yet.
 * @param url smtp://user:password@host:587 (STARTTLS) or smtps://…:465; `?tls=optional` for a server that cannot encrypt
 * @throws ParlanceError rejected `bad-setting`
 */
export const openMail = (url: string | undefined, options: MailOptions): Mail | undefined => {
  if (url === undefined) return undefined;
  const timeout = options.timeout ?? TIMEOUT;
  const from = senderOf(options.from);
  const transport = createTransport({
    ...serverOf(url),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
    tls: { minVersion: "TLSv1.2", ...(options.ca === undefined ? {} : { ca: options.ca }) },
  });
  const within = <T>(work: Promise<T>): Promise<T> => {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(Object.assign(new Error(), { code: "ETIMEDOUT" })),
      timeout,
    );
    return Promise.race([work, promise]).finally(() => clearTimeout(timer));
  };
  return {
    send: async (letter, signal) => {
      const to = emailAddress.safeParse(letter.to);
      if (!to.success)
        throw rejected("This is not a mail address.", { code: "bad-address", cause: to.error });
      const limit = AbortSignal.timeout(timeout);
      try {
        await transport.sendMail({
          from,
          to: { name: "", address: to.data },
          subject: letter.subject.replace(/\p{Cc}+/gu, " "),
          text: letter.text,
          html: letter.html,
          headers: {
            "Auto-Submitted": "auto-generated",
            ...(letter.unsubscribe === undefined
              ? {}
              : {
                  "List-Unsubscribe": `<${letter.unsubscribe}>`,
                  "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                }),
          },
          signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
        });
      } catch (cause) {
        throw failure(cause);
      }
    },
    check: async () => {
      try {
        await within(transport.verify());
      } catch (cause) {
        throw failure(cause);
      }
    },
    close: () => transport.close(),
  };
};
