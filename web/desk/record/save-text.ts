/** Hands a text to the reader as a file. */
export function saveText(name: string, text: string, type = "application/json"): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the address by the next turn of its loop; it is kept a little for slow ones.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
