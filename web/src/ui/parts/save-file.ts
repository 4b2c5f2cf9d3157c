// Downloads a file that was made in the browser.
export const saveFile = (name: string, content: Blob): void => {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Some browsers read the URL only after click() has returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
};
