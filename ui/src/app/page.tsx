import { ErrorBoundary } from '@/components/layout/error-boundary';
import { Workspace } from '@/components/workspace';

export default function Page() {
  return (
    <ErrorBoundary>
      <Workspace />
    </ErrorBoundary>
  );
}
