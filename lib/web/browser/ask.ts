/// <reference lib="dom" />

/** What the tracker answered, or why there is no answer, in a sentence. */
export type Answer<T> =
  | { readonly kind: "ok"; readonly value: T }
  | { readonly kind: "failed"; readonly status: number; readonly problem: string };

/** Asks the JSON interface. @param token The admin token, if it takes one. */
export async function ask<T>(url: string, token?: string): Promise<Answer<T>> {
  const headers = { Accept: "application/json" };
  try {
    const response = await fetch(url, {
      headers: token === undefined ? headers : { ...headers, Authorization: `Bearer ${token}` },
      cache: "no-store",
      redirect: "error",
    });
    if (response.ok) return { kind: "ok", value: await response.json() };
    return { kind: "failed", status: response.status, problem: problemOf(response.status) };
  } catch {
    return { kind: "failed", status: 0, problem: "The tracker cannot be reached. Try again." };
  }
}

export function problemOf(status: number): string {
  switch (status) {
    case 401:
      return "That is not the admin token of this tracker.";
    case 403:
      return "This tracker has no admin token, so it shows addresses to nobody. It gets one with --admin-token.";
    case 404:
      return "The tracker does not know this share any more.";
    case 429:
      return "That was too fast for the tracker. Wait a moment, then try again.";
    default:
      return `The tracker answered with status ${status}. Try again.`;
  }
}

/** Waits. @param ms Milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
