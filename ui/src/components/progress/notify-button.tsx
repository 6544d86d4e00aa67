'use client';
import { Bell, BellRing } from 'lucide-react';
import { useState } from 'react';
import { useNotifications } from '@/hooks/use-ended';
import { strings } from '@/lib/strings';
import { Button } from '../ui/button';

/** Asks to be told when a long run ends; afterwards says that it will be. */
export function NotifyButton() {
  const [allowed, ask] = useNotifications();
  const [asked, setAsked] = useState(false);
  const press = async () => {
    await ask();
    setAsked(true);
  };
  if (allowed === 'default')
    return (
      <Button variant="ghost" className="-ms-4 self-start" onClick={press}>
        <Bell aria-hidden className="size-4" />
        {strings.progress.tellMe}
      </Button>
    );
  if (allowed === 'denied' || !asked) return null;
  return (
    <p role="status" className="flex items-center gap-2 text-sm text-soft">
      <BellRing aria-hidden className="size-4 shrink-0" />
      {strings.progress.willTell}
    </p>
  );
}
