/** Three claims about a site, side by side and never merged. */
export function SiteClaims(_: { readonly circle: unknown; readonly declared: unknown }) {
  return null;
}
