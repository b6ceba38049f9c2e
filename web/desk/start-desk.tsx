/** Puts the desk on the page: which world it is in, its language, and its routes. */
import { lazy, StrictMode, Suspense, useCallback, useEffect, useState, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import {
  createRootRoute,
  createRoute,
  createRouter,
  Navigate,
  Outlet,
  RouterProvider,
  useNavigate,
} from "@tanstack/react-router";
import type { Result } from "@countersign/core/refusal.ts";
import { shellMessages } from "../messages/shell.ts";
import { Button } from "../parts/button.tsx";
import { LanguageProvider, usualLanguage, useWords, type Language } from "../parts/language.tsx";
import { readSearch } from "./addresses.ts";
import { DeskRoute } from "./desk-route.tsx";
import { FailureNotice, Reading } from "./reading-notice.tsx";
import { findWorld, type World } from "./world.ts";
import styles from "./shell.module.css";

const StartPage = lazy(async () => ({ default: (await import("./start/start-page.tsx")).StartPage }));

export function startDesk(element: HTMLElement | null): void {
  if (element === null) throw new Error("the page has no root");
  createRoot(element).render(
    <StrictMode>
      <RouterProvider router={router} />
    </StrictMode>,
  );
}

const root = createRootRoute({
  component: Root,
  validateSearch: (search: Record<string, unknown>) => readSearch(search),
});
const start = createRoute({ getParentRoute: () => root, path: "/", component: AtStart });
const desk = createRoute({ getParentRoute: () => root, path: "/desk/$node/$", component: AtDesk });
const router = createRouter({
  routeTree: root.addChildren([start, desk]),
  defaultNotFoundComponent: () => <Navigate to="/" />,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

function useLanguageInAddress(): [Language, (language: Language) => void] {
  const search = root.useSearch();
  const navigate = useNavigate();
  const [usual, setUsual] = useState(usualLanguage);
  const language = search.lang === undefined ? usual : (search.lang as Language);
  const change = useCallback(
    (next: Language) => {
      setUsual(next);
      void navigate({
        to: ".",
        search: (before: Record<string, unknown>) => ({ ...before, lang: next }) as never,
        replace: true,
      });
    },
    [navigate],
  );
  return [language, change];
}

function Root() {
  const [language] = useLanguageInAddress();
  return (
    <LanguageProvider language={language}>
      <Outlet />
    </LanguageProvider>
  );
}

function AtStart() {
  const [, changeLanguage] = useLanguageInAddress();
  return (
    <InWorld>
      {(world) =>
        world.kind === "demonstration" ? (
          <Suspense fallback={null}>
            <StartPage opening={world.state} onLanguage={changeLanguage} />
          </Suspense>
        ) : (
          <Navigate to="/desk/$node/$" params={{ node: world.facts.id, _splat: "overview" }} replace />
        )
      }
    </InWorld>
  );
}

function AtDesk() {
  const [, changeLanguage] = useLanguageInAddress();
  return <InWorld>{(world) => <DeskRoute world={world} onLanguage={changeLanguage} />}</InWorld>;
}

function InWorld({ children }: { readonly children: (world: World) => ReactNode }) {
  const [world, setWorld] = useState<Result<World>>();
  const say = useWords(shellMessages);
  const look = useCallback(() => {
    setWorld(undefined);
    void findWorld().then(setWorld);
  }, []);
  useEffect(look, [look]);
  if (world?.ok === true) return children(world.value);
  return (
    <main id="content" className={styles["main"]}>
      {world === undefined ? (
        <Reading read={0} />
      ) : (
        <FailureNotice
          failure={world.refusal.code === "unreachable" ? say("silentPage") : world.refusal}
          holds={say("silentNothing")}
        >
          <Button onClick={look}>{say("tryAgain")}</Button>
        </FailureNotice>
      )}
    </main>
  );
}
