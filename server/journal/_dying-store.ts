/** For tests: the store of a process that is killed at its next write. */
import type { ObjectStore } from "../objects/object-store.ts";

/** It goes through `life.writes` writes and then dies: the next write lands or not, and its caller never hears. */
export function dying(store: ObjectStore, life: { writes: number; lands: boolean }): ObjectStore {
  const died = () => new Error("the process was killed");
  const write = async <Outcome>(act: () => Promise<Outcome>): Promise<Outcome> => {
    if (life.writes < 0) throw died();
    life.writes -= 1;
    if (life.writes >= 0) return act();
    if (life.lands) await act();
    throw died();
  };
  return {
    get: async (name) => {
      if (life.writes < 0) throw died();
      return store.get(name);
    },
    putNew: (name, bytes) => write(() => store.putNew(name, bytes)),
    replaceIf: (name, expected, bytes) => write(() => store.replaceIf(name, expected, bytes)),
  };
}
