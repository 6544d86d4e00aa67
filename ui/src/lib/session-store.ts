/** Holds the session outside React, so that it survives an error in the page. In memory only. */
import { EMPTY, reduceSession, type Session, type SessionAction } from './session';

let session: Session = EMPTY;
const listeners = new Set<() => void>();

export const sessionStore = {
  get: (): Session => session,
  initial: (): Session => EMPTY,
  dispatch: (action: SessionAction): void => {
    const next = reduceSession(session, action);
    if (next === session) return;
    session = next;
    for (const listener of listeners) listener();
  },
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};
