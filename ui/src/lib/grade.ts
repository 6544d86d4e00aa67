/** A figure's place on a scale of four words, best (or closest) first. */
export const THRESHOLDS = {
  psnr: [40, 30, 25],
  ssim: [0.95, 0.85, 0.7],
  lpips: [0.05, 0.2, 0.4],
  identity: [0.8, 0.6, 0.4],
} as const;

export type Figure = keyof typeof THRESHOLDS;

/** 0 to 3. */
export function grade(figure: Figure, value: number): number {
  const lowerIsCloser = figure === 'lpips';
  const index = THRESHOLDS[figure].findIndex((limit) => (lowerIsCloser ? value <= limit : value >= limit));
  return index === -1 ? 3 : index;
}
