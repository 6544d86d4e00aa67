import type { ReactNode } from 'react';

/** The main action of a panel. On small windows it stays at the bottom edge, whatever is scrolled. */
export function ActionBar({ children }: { children: ReactNode }) {
  return (
    <div
      data-testid="actions"
      className="flex gap-2 max-wide:fixed max-wide:inset-x-0 max-wide:bottom-0 max-wide:z-20 max-wide:border-line max-wide:border-t max-wide:bg-paper max-wide:px-4 max-wide:py-3 wide:flex-col print:hidden [&>*]:min-w-0 [&>*]:flex-1 wide:[&>*]:flex-none"
    >
      {children}
    </div>
  );
}
