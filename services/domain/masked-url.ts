// An address for people and logs: without its password.

/** @param address a URL; of what is none, whatever may be a password in it is hidden, and the rest is returned as it is */
export const maskedUrl = (address: string): string => {
  if (!URL.canParse(address))
    return address
      .replace(/(?<=:\/\/).*(?=@)/su, "•••")
      .replaceAll(/([?&][^=&]*(?:pass|secret|key|token)[^=&]*=)[^&#]*/giu, "$1•••");
  const url = new URL(address);
  if (url.password !== "") url.password = "•••";
  for (const name of [...url.searchParams.keys()])
    if (/pass|secret|key|token/i.test(name)) url.searchParams.set(name, "•••");
  return decodeURI(url.href);
};
