/** What a dry run says of a photo, as the page tells it. */
import type { DryRunData, Reason } from './api/schema';

export interface Findings {
  faces: number;
  /** How many of them the options would restore. */
  chosen: number;
  /** null: this service does not know its own speed yet. */
  seconds: number | null;
  /** Why restoring is not advisable, and for how many faces. */
  remarks: { reason: Reason; count: number }[];
}

const REASONS: readonly Reason[] = ['already_sharp', 'too_small', 'bystander'];

export function findingsOf({ faces, estimated_s }: DryRunData): Findings {
  return {
    faces: faces.length,
    chosen: faces.filter(({ chosen }) => chosen).length,
    seconds: estimated_s,
    remarks: REASONS.map((reason) => ({
      reason,
      count: faces.filter((face) => face.reason === reason).length,
    })).filter(({ count }) => count > 0),
  };
}
