// What each sealed value in the database is bound to: moved to another row or column, it does not open.

/** The secret of one-time codes, confirmed or not: it stays as it was sealed when a code of it was typed. */
export const totpOf = (user: string): readonly string[] => ["users", user, "totp"];

/** Name and password of a registration, until its address is confirmed. */
export const registrationOf = (email: string): readonly string[] => [
  "links",
  "registration",
  email,
];

/** The token of the link that makes the first owner, so that every server can show it. */
export const setupToken: readonly string[] = ["links", "setup"];

/** The refresh token that came after another one. */
export const nextTokenOf = (session: string): readonly string[] => ["refresh_tokens", session];

/** The secrets of a sign-in provider that was added here. */
export const providerSecretsOf = (id: string): readonly string[] => ["sign_in_providers", id];

/** What holds for the whole server, such as the key of the audit log. */
export const settingNamed = (name: string): readonly string[] => ["server_settings", name];
