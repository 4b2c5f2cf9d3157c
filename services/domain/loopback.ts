// Whether a host is this very machine: only there may requests go without encryption, and need nobody to sign in.

/** For a host name, or the `hostname` of a URL. A name such as 127.0.0.1.example.org may lead anywhere. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/u.test(host);
