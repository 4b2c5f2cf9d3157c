// Hands the person a file that was made on this page.
export const saveFile = (name: string, content: Blob): void => {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it by then; at once would be too early in some.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
};
