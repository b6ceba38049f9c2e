/** Buttons and links. A button that is off stays visible and says why. */
import { useId, type ComponentProps, type MouseEvent, type ReactNode } from "react";
import { useDesk, type PageName, type PageParams } from "../desk/desk.tsx";
import styles from "./parts.module.css";

interface ButtonProps extends Omit<ComponentProps<"button">, "disabled" | "className"> {
  /** `main` is the one thing to do here. */
  readonly look?: "plain" | "main" | "link";
  readonly large?: boolean;
  /** Why it is off; it stays reachable so that everybody can read why. */
  readonly off?: string | undefined;
  /** Says why it is off by its description only, where the reason stands near it anyway. */
  readonly quietlyOff?: boolean;
}

export function Button({
  look = "plain",
  large = false,
  off,
  quietlyOff = false,
  onClick,
  children,
  ...rest
}: ButtonProps) {
  const why = useId();
  const isOff = off !== undefined;
  const classes =
    look === "link"
      ? styles["link"]
      : [styles["button"], look === "main" ? styles["main"] : undefined, large ? styles["large"] : undefined]
          .filter(Boolean)
          .join(" ");
  return (
    <>
      <button
        type="button"
        {...rest}
        className={classes}
        aria-disabled={isOff || undefined}
        aria-describedby={isOff ? why : rest["aria-describedby"]}
        onClick={(event) => {
          if (isOff) event.preventDefault();
          else onClick?.(event);
        }}
      >
        {children}
      </button>
      {isOff ? (
        <span id={why} className={quietlyOff ? "only-read-aloud" : styles["whyOff"]}>
          {off}
        </span>
      ) : null}
    </>
  );
}

interface DeskLinkProps {
  readonly page: PageName;
  readonly params?: PageParams;
  readonly children: ReactNode;
  readonly look?: "link" | "button" | "main" | "bare";
  readonly current?: boolean;
  readonly className?: string | undefined;
  readonly label?: string;
}

/** A link to a page of the same desk; in a half of Start it changes the half's page. */
export function DeskLink({ page, params, children, look = "link", current = false, className, label }: DeskLinkProps) {
  const { goTo, hrefOf } = useDesk();
  const classes = {
    link: undefined,
    bare: undefined,
    button: styles["button"],
    main: `${styles["button"]} ${styles["main"]}`,
  }[look];
  return (
    <a
      href={hrefOf(page, params)}
      className={className ?? classes}
      aria-current={current ? "page" : undefined}
      {...(label === undefined ? {} : { "aria-label": label })}
      onClick={(event) => {
        if (opensElsewhere(event)) return;
        event.preventDefault();
        goTo(page, params);
      }}
    >
      {children}
    </a>
  );
}

/** A click that the browser should take: a new tab or window, a download. */
export function opensElsewhere(event: MouseEvent): boolean {
  return (
    event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
  );
}
