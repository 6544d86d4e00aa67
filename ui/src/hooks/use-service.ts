'use client';
/** Polls the status of the service: often while it is unavailable, rarely once it is ready. */
import { useCallback, useEffect, useState } from 'react';
import { readiness } from '@/lib/api/client';
import type { PublicLimits } from '@/lib/api/schema';
import { DEFAULT_LIMITS } from '@/lib/photo';

export type ServiceStatus = 'checking' | 'ready' | 'starting' | 'down';

export interface Service {
  status: ServiceStatus;
  limits: PublicLimits;
}

const SHORT_INTERVAL_MS = 3000;
const LONG_INTERVAL_MS = 60_000;

/** `watch`: poll often even if the service was ready last time, because a request has just failed. */
export function useService(watch: boolean): Service {
  const [service, setService] = useState<Service>({ status: 'checking', limits: DEFAULT_LIMITS });

  const poll = useCallback(async (signal: AbortSignal) => {
    const response = await readiness(signal);
    if (signal.aborted) return 'checking';
    const status = response === null ? 'down' : response === 'starting' || !response.ready ? 'starting' : 'ready';
    setService((previous) => {
      const limits = response !== null && response !== 'starting' ? response.limits : previous.limits;
      return previous.status === status && JSON.stringify(previous.limits) === JSON.stringify(limits)
        ? previous
        : { status, limits };
    });
    return status;
  }, []);

  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const loop = async () => {
      const status = await poll(controller.signal);
      if (controller.signal.aborted) return;
      timer = setTimeout(loop, status === 'ready' && !watch ? LONG_INTERVAL_MS : SHORT_INTERVAL_MS);
    };
    void loop();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [poll, watch]);

  return service;
}
