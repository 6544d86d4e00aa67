'use client';
/** What state the service is in, asked again and again: often while it is not there, seldom once it is. */
import { useCallback, useEffect, useState } from 'react';
import { readiness } from '@/lib/api/client';
import type { PublicLimits } from '@/lib/api/schema';
import { DEFAULT_LIMITS } from '@/lib/picture';

export type ServiceStatus = 'checking' | 'ready' | 'starting' | 'down';

export interface Service {
  status: ServiceStatus;
  limits: PublicLimits;
}

const SOON_MS = 3000;
const LATER_MS = 60_000;

/** `watch`: ask often even though it was ready last, because something just went wrong. */
export function useService(watch: boolean): Service {
  const [service, setService] = useState<Service>({ status: 'checking', limits: DEFAULT_LIMITS });

  const ask = useCallback(async (signal: AbortSignal) => {
    const answer = await readiness(signal);
    if (signal.aborted) return 'checking';
    const status = answer === null ? 'down' : answer === 'starting' || !answer.ready ? 'starting' : 'ready';
    setService((before) => {
      const limits = answer !== null && answer !== 'starting' ? answer.limits : before.limits;
      return before.status === status && JSON.stringify(before.limits) === JSON.stringify(limits)
        ? before
        : { status, limits };
    });
    return status;
  }, []);

  useEffect(() => {
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const loop = async () => {
      const status = await ask(ending.signal);
      if (!ending.signal.aborted) timer = setTimeout(loop, status === 'ready' && !watch ? LATER_MS : SOON_MS);
    };
    void loop();
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [ask, watch]);

  return service;
}
