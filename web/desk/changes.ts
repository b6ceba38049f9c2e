/**
 * Hears when a node's record has grown: by its event stream while the page is in view (a browser allows six connections to one address, so
 * a page out of view holds none), and by asking now and then, which is enough where the stream is not there.
 */
import { bytePaths } from "@countersign/wire/endpoints.ts";

const WITH_STREAM_MS = 15_000;
const WITHOUT_STREAM_MS = 2_000;
/** Names of events that mean "ask again"; an event without a name does too. */
const EVENTS = ["message", "record", "clock", "change", "changed"] as const;

const followers = new Set<() => void>();

/** Something was just said or done from this page: everyone who follows asks at once, without waiting for the stream. */
export function somethingChanged(): void {
  for (const hear of followers) hear();
}

/** Calls `changed` when there may be something new. Returns how to stop. */
export function listen(base: string, changed: () => void, events: string = bytePaths.events): () => void {
  let stream: EventSource | undefined;
  let open = false;
  let last = performance.now();

  const hear = () => {
    last = performance.now();
    changed();
  };
  const connect = () => {
    stream = new EventSource(base + events);
    stream.onopen = () => {
      open = true;
    };
    stream.onerror = () => {
      open = false;
    };
    for (const name of EVENTS) stream.addEventListener(name, hear);
  };
  const disconnect = () => {
    stream?.close();
    stream = undefined;
    open = false;
  };
  const follow = () => {
    if (document.hidden) return disconnect();
    if (stream === undefined) connect();
    hear();
  };

  followers.add(hear);
  if (!document.hidden) connect();
  document.addEventListener("visibilitychange", follow);
  const timer = setInterval(() => {
    if (!document.hidden && performance.now() - last >= (open ? WITH_STREAM_MS : WITHOUT_STREAM_MS)) hear();
  }, 1000);
  return () => {
    disconnect();
    followers.delete(hear);
    document.removeEventListener("visibilitychange", follow);
    clearInterval(timer);
  };
}
