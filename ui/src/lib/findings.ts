/** What a dry run says of a photo, as the page tells it. */
import type { DryRunData, Reason } from './api/schema';

export interface Findings {
  faces: number;
  /** How many of them the options would restore. */
  chosen: number;
  /** null: this service does not know its own speed yet. */
  seconds: number | null;
  /** Where the faces are, in shares of the photo's width and height. */
  marks: { left: number; top: number; width: number; height: number; chosen: boolean }[];
  /** Why restoring is not advisable, and for how many faces. */
  remarks: { reason: Reason; count: number }[];
}

const REASONS: readonly Reason[] = ['already_sharp', 'too_small', 'bystander'];

export function findingsOf({ faces, estimated_s, input_width, input_height }: DryRunData): Findings {
  return {
    marks: faces.map(({ box: [left, top, right, bottom], chosen }) => ({
      left: left / input_width,
      top: top / input_height,
      width: (right - left) / input_width,
      height: (bottom - top) / input_height,
      chosen,
    })),
    faces: faces.length,
    chosen: faces.filter(({ chosen }) => chosen).length,
    seconds: estimated_s,
    remarks: REASONS.map((reason) => ({
      reason,
      count: faces.filter((face) => face.reason === reason).length,
    })).filter(({ count }) => count > 0),
  };
}
