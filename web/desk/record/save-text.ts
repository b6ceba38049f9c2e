/** Hands a text or bytes to the reader as a file. */
export function saveText(name: string, text: string, type = "application/json"): void {
  save(name, new Blob([text], { type }));
}

/** Of no type: a browser must not open by itself what another party sent. */
export function saveBytes(name: string, bytes: Uint8Array): void {
  save(name, new Blob([new Uint8Array(bytes)], { type: "application/octet-stream" }));
}

function save(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the address by the next turn of its loop; it is kept a little for slow ones.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
