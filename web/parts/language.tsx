/**
 * The language of the interface, and its sentences. Sentences are ICU texts in `web/messages/<area>.ts`, the same keys and arguments in
 * every language; a page asks for those of its own area, so that a page never loads another's.
 */
import { createContext, useContext, useMemo, type ReactNode } from "react";
import { createIntl, createIntlCache, type IntlShape } from "react-intl";

export type Language = "en" | "ru";
export const languages: readonly Language[] = ["en", "ru"];

/** What a messages file exports. */
export type Messages<Key extends string = string> = Readonly<Record<Language, Readonly<Record<Key, string>>>>;

/** Plain values fill a sentence; a function wraps what stands between `<name>` and `</name>` in it. */
export type Values = Readonly<Record<string, string | number>>;
export type RichValues = Readonly<Record<string, ReactNode | ((inner: ReactNode[]) => ReactNode)>>;

export interface Say<Key extends string> {
  (key: Key, values?: Values): string;
  /** For sentences with elements in them. */
  rich(key: Key, values: RichValues): ReactNode;
  /** Whether the area has this sentence: for keys that come from data. */
  has(key: string): key is Key;
}

const LanguageContext = createContext<Language>("en");

export function LanguageProvider({
  language,
  children,
}: {
  readonly language: Language;
  readonly children: ReactNode;
}) {
  return <LanguageContext value={language}>{children}</LanguageContext>;
}

export function useLanguage(): Language {
  return useContext(LanguageContext);
}

/** The sentences of one area in the reader's language. */
export function useWords<Key extends string>(messages: Messages<Key>): Say<Key> {
  const language = useLanguage();
  return useMemo(() => sayIn(messages, language), [messages, language]);
}

/** The same outside of React. */
export function sayIn<Key extends string>(messages: Messages<Key>, language: Language): Say<Key> {
  const intl = intlOf(messages, language);
  const say = (key: Key, values?: Values): string => intl.formatMessage({ id: key }, values);
  return Object.assign(say, {
    rich: (key: Key, values: RichValues): ReactNode =>
      intl.formatMessage({ id: key }, values as Record<string, ReactNode>),
    has: (key: string): key is Key => Object.hasOwn(messages[language], key),
  });
}

/** Where the reader has chosen none: the last choice on this device, then the browser's. */
export function usualLanguage(): Language {
  const chosen = read(STORED) ?? navigator.language;
  return chosen.startsWith("ru") ? "ru" : "en";
}

export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // A browser that keeps nothing still shows the page.
  }
}

const STORED = "countersign-language";
const cache = createIntlCache();
const known = new WeakMap<Messages, Map<Language, IntlShape>>();

function intlOf(messages: Messages, language: Language): IntlShape {
  const byLanguage = known.get(messages) ?? new Map<Language, IntlShape>();
  known.set(messages, byLanguage);
  const intl =
    byLanguage.get(language) ??
    createIntl({ locale: language, defaultLocale: language, messages: messages[language] }, cache);
  byLanguage.set(language, intl);
  return intl;
}

function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}
