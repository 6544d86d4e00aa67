import { ErrorBoundary } from '@/components/error-boundary';
import { Workspace } from '@/components/workspace';

export default function Page() {
  return (
    <ErrorBoundary>
      <Workspace />
    </ErrorBoundary>
  );
}
