/** The API key that the visitor entered, for a service that demands one: in memory only, and gone with the tab. */
let key: string | null = null;

/** What a header can hold; the service's keys are of letters, digits and signs. */
export const KEY_PATTERN = '[!-~]+';

export function setKey(given: string): void {
  key = new RegExp(`^${KEY_PATTERN}$`).test(given) ? given : null;
}

/** To be sent with every request that needs a key; empty while there is none. */
export const keyHeaders = (): Record<string, string> => (key === null ? {} : { Authorization: `Bearer ${key}` });
