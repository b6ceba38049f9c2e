/** For tests: nodes as processes (`_process-node.ts`) that run until they are killed. */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("_process-node.ts", import.meta.url));
const running = new Set<() => Promise<void>>();

/** Settles when the node is ready; gives the way to kill it. `heard` gets its other lines. */
export async function runNode(config: string, heard: (line: string) => void = () => undefined): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, [SCRIPT, config], { stdio: ["ignore", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
    running.delete(kill);
  };
  running.add(kill);
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => (line === "ready" ? resolve() : heard(line)));
    void ended.then(() => reject(new Error(`the node ended: ${errors}`)));
  });
  return kill;
}

/** Those that a test has left running. */
export async function killNodes(): Promise<void> {
  await Promise.all([...running].map((kill) => kill()));
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
