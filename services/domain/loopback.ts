// Whether a host is this very machine, or all its addresses: only on it may requests go without encryption, and need nobody to sign in.

/** For a host name, or the `hostname` of a URL. A name such as 127.0.0.1.example.org may lead anywhere. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/u.test(host);

/** To listen on this is to listen on every address of the machine; it names none of them. */
export const isWildcard = (host: string): boolean =>
  host === "0.0.0.0" || host === "::" || host === "";
