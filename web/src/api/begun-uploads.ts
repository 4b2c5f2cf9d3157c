// What this browser notes of large files that it began to send, so that sending goes on after the page was loaded anew.

/** What tus-js-client, which sends them, writes before each note. */
const NOTES = "tus::";

/** Forgets them: the names of the files are not for whoever uses the browser next. */
export const forgetBegunUploads = (): void => {
  for (const key of Object.keys(localStorage))
    if (key.startsWith(NOTES)) localStorage.removeItem(key);
};
