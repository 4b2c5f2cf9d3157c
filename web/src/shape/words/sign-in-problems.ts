// Why signing in with a provider did not work, in words: the code that the server adds to the address of the sign-in page.
const texts: ReadonlyMap<string, string> = new Map([
  ["cancelled", "Signing in was cancelled."],
  ["no-account", "There is no account for this address. Ask for an invitation."],
  ["address-not-verified", "The provider has not verified this address."],
  ["expired", "Signing in took too long. Try again."],
  ["suspended", "This account is suspended. Ask an admin of your organization."],
  ["provider-unavailable", "The provider does not answer. Try again later."],
]);

export const signInProblem = (code: string): string =>
  texts.get(code) ?? "Signing in with the provider did not work. Try again.";
