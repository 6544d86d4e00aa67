import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { Metrics } from './metrics';

test('metrics are shown in words and numbers', () => {
  const metrics = { psnr: 29.29, ssim: 0.932, lpips: 0.158, identity_similarity: 0.985 };
  render(<Metrics data={{ metrics, metrics_against: 'input' }} />);
  expect(screen.getByTestId('metric-identity')).toHaveTextContent(/very similar.*Identity 0.985/s);
  expect(screen.getByTestId('metric-psnr')).toHaveTextContent(/clearly changed.*29.3 dB/s);
  expect(screen.getByText(/not how good the result looks/)).toBeInTheDocument();
});
