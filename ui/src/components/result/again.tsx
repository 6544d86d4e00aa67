import { RotateCcw } from 'lucide-react';
import type { PublicLimits } from '@/lib/api/schema';
import type { Options } from '@/lib/options';
import { checkSize, isRefused, type Photo } from '@/lib/photo';
import { strings } from '@/lib/strings';
import { Button } from '../ui/button';
import { OptionsPanel } from '../upload/options-panel';

interface Props {
  photo: Photo;
  options: Options;
  limits: PublicLimits;
  onChange: (change: Partial<Options>) => void;
  onStart: () => void;
}

/** The options as a drawer over the result: the photo once more with others, while this result stays. */
export function Again({ photo, options, limits, onChange, onStart }: Props) {
  const refused = isRefused(checkSize(photo, options.upscale_factor, limits));
  return (
    <OptionsPanel
      photo={photo}
      options={options}
      limits={limits}
      onChange={onChange}
      title={strings.result.changeOptions}
      footer={
        <Button variant="primary" onClick={onStart} disabled={refused}>
          <RotateCcw aria-hidden className="size-4" />
          {strings.result.again}
        </Button>
      }
    />
  );
}
