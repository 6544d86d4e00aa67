import type { Options } from '@/lib/options';
import type { Photo } from '@/lib/photo';
import type { Result } from '@/lib/result';

/** A result, the photo and the options that it was made from, and where to go next. */
export interface ResultProps {
  photo: Photo;
  result: Result;
  options: Options;
  onChangeOptions: () => void;
  onReplace: () => void;
}
