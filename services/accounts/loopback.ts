// Whether a host is this very machine: only there may requests go without encryption.

/** For the `hostname` of a URL. A name such as 127.0.0.1.example.org may lead anywhere. */
export const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/u.test(hostname);
