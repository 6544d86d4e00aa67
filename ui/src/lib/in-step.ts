/** Keeps two films that play beside each other at the same picture. Pure: the players are in hooks/use-in-step. */

/** Less is within one picture. */
const CLOSE_S = 0.02;
/** More is jumped, which shows; less is caught up with, which does not. */
const FAR_S = 0.3;
const FASTER = 1.15;
const SLOWER = 0.87;

export interface Correction {
  /** Go there at once. */
  jump: boolean;
  /** The follower's speed until the next look, as a multiple of the leader's. */
  rate: number;
}

/** What brings the follower to the leader; both times in seconds. */
export function correction(leader: number, follower: number): Correction {
  const ahead = follower - leader;
  if (Math.abs(ahead) > FAR_S) return { jump: true, rate: 1 };
  if (Math.abs(ahead) < CLOSE_S) return { jump: false, rate: 1 };
  return { jump: false, rate: ahead > 0 ? SLOWER : FASTER };
}

/** `0:07`, `12:05`, `1:02:03` */
export function clock(seconds: number): string {
  const whole = Math.floor(Number.isFinite(seconds) ? Math.max(0, seconds) : 0);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
