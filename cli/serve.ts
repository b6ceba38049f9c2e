/** `countersign serve`: one party's or observer's node on a port, from the folder that `init` has made. */
import { randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { accept, refuse } from "@countersign/core/refusal.ts";
import { machineClock, startNode } from "@countersign/server/node.ts";
import { serveNode } from "@countersign/server/serve.ts";
import { readPort, readValues, type Command } from "./command.ts";
import { readCharters, readNodeFile } from "./node-folder.ts";

const DEFAULT_PORT = 8470;

export const serve: Command = {
  name: "serve",
  summary: "run one party's node",
  help: `
countersign serve --dir D [--port P] [--host H] [--json]

Signs each charter that \`init --join\` took into the folder, keeps copies of the others' logs, cosigns them, and serves its own. The desk
opens by the link it prints, once. Ctrl-C ends it.

  --dir D    the node's folder
  --port P   default ${DEFAULT_PORT}; 0: any free one
  --host H   the address to listen on (default 127.0.0.1: this machine alone). Put a web server with TLS before it for others
  --json     one JSON value a line`,

  async run(values, terminal) {
    const read = readValues("serve", values, { texts: ["dir", "port", "host"], flags: ["json"] });
    if (!read.ok) return read;
    const { texts, flags } = read.value;
    const folder = texts.get("dir");
    if (folder === undefined) return refuse("folder-missing", "Name the node's folder with --dir.");
    const directory = resolve(folder);
    const port = readPort(texts.get("port"), DEFAULT_PORT);
    if (!port.ok) return port;
    const settings = await readNodeFile(directory);
    if (!settings.ok) return settings;
    const charters = await readCharters(directory);
    if (!charters.ok) return charters;
    if (charters.value.length === 0)
      return refuse(
        "folder-without-charter",
        `${directory} holds no charter yet. Take one in with \`countersign init --dir ${folder} --join CHARTER\`.`,
      );

    const { id, name, role, peers, readAgainDays } = settings.value;
    const deskToken = randomBytes(24).toString("base64url");
    const channels = charters.value.map((charter) => ({ charter }));
    const node = await startNode({
      id,
      name,
      role,
      directory,
      clock: machineClock,
      channels,
      peers,
      demonstration: false,
      ...(readAgainDays === undefined ? {} : { readAgainSeconds: readAgainDays * 86_400 }),
      deskToken,
    });
    if (!node.ok) return node;
    const pages = fileURLToPath(new URL("../web/dist", import.meta.url));
    const built = await stat(pages).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const served = await serveNode(node.value, {
      port: port.value,
      host: texts.get("host") ?? "127.0.0.1",
      ...(built ? { pages } : {}),
    });
    try {
      if (!served.ok) return served;
      const { address } = served.value;
      const desk = `${address}/api/enter?token=${deskToken}`;
      if (flags.has("json")) terminal.print(JSON.stringify({ id, address, desk }));
      else
        terminal.print(
          [
            `The node of ${id} answers at ${address}`,
            `Desk, by a link that works once: ${desk}`,
            ...(built ? [] : ["The pages are not built: run `npm run build` for the desk."]),
            "Ctrl-C ends it.",
          ].join("\n"),
        );
      await new Promise<void>((ended) => {
        if (terminal.signal.aborted) ended();
        else terminal.signal.addEventListener("abort", () => ended(), { once: true });
      });
      return accept(0);
    } finally {
      if (served.ok) await served.value.close();
      await node.value.close();
    }
  },
};
