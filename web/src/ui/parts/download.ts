// A link to a file of the server. With a ticket where somebody is signed in, since the browser sends no token with it.
import { useMutation } from "@tanstack/react-query";
import type { MouseEvent } from "react";
import { needsTicket, withTicket } from "../../api/tickets.ts";

/** @param filename as the server names it where this is left out */
export const useDownload = (address: string, filename = "") => {
  const fetchTicket = useMutation({
    mutationFn: () => withTicket(address),
    onSuccess: (ticketed) => {
      const link = document.createElement("a");
      link.href = ticketed;
      link.download = filename;
      link.click();
    },
  });
  return {
    props: {
      href: address,
      download: filename === "" ? true : filename,
      onClick: (event: MouseEvent) => {
        if (!needsTicket()) return;
        event.preventDefault();
        fetchTicket.mutate();
      },
    },
    error: fetchTicket.error,
  };
};
