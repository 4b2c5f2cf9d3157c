// Tickets: what the browser asks for itself, a download or a stream of events, comes without the token, but with a ticket.
import { ticket } from "#services/contract/accounts.ts";
import { base } from "./plain-request.ts";
import { ask } from "./request.ts";
import { currentSession } from "./session.ts";

/** Whether the browser needs a ticket for what it asks for itself. */
export const needsTicket = (): boolean => currentSession().kind === "signed-in";

/** The address with a ticket, which opens it for a minute. */
export const withTicket = async (address: string): Promise<string> => {
  const [path = address, query] = address.split("?");
  const made = await ask(ticket, `${base}/account/tickets`, { method: "POST", body: { path } });
  const given = `ticket=${encodeURIComponent(made.ticket)}`;
  return `${path}?${query === undefined ? given : `${query}&${given}`}`;
};
