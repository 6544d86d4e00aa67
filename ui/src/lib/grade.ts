/** Grades a metric on a scale of four words; the best (closest) grade comes first. */
export const THRESHOLDS = {
  psnr: [40, 30, 25],
  ssim: [0.95, 0.85, 0.7],
  lpips: [0.05, 0.2, 0.4],
  identity: [0.8, 0.6, 0.4],
} as const;

export type Metric = keyof typeof THRESHOLDS;

/** Returns 0 (closest) to 3. */
export function grade(metric: Metric, value: number): number {
  const lowerIsCloser = metric === 'lpips';
  const index = THRESHOLDS[metric].findIndex((limit) => (lowerIsCloser ? value <= limit : value >= limit));
  return index === -1 ? 3 : index;
}
