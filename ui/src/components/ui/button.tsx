import { cva, type VariantProps } from 'class-variance-authority';
import clsx from 'clsx';
import type { ComponentProps } from 'react';

export const buttonVariants = cva(
  'inline-flex select-none items-center justify-center gap-2 rounded-full text-center font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50',
  {
    variants: {
      variant: {
        primary:
          'bg-accent text-accent-ink not-disabled:hover:bg-accent/85 forced-colors:border-2 forced-colors:border-[ButtonText]',
        outline: 'border border-edge/60 bg-card text-ink not-disabled:hover:border-edge not-disabled:hover:bg-wash',
        ghost:
          'text-soft not-disabled:hover:bg-wash not-disabled:hover:text-ink aria-pressed:bg-ink aria-pressed:text-paper forced-colors:aria-pressed:bg-[Highlight] forced-colors:aria-pressed:text-[HighlightText] forced-colors:aria-pressed:[forced-color-adjust:none]',
      },
      size: {
        large: 'min-h-12 px-6 text-base',
        normal: 'min-h-10 px-4 py-1 text-sm pointer-coarse:min-h-11',
        icon: 'size-10 shrink-0 pointer-coarse:size-11',
      },
    },
    defaultVariants: { variant: 'outline', size: 'normal' },
  },
);

type Props = ComponentProps<'button'> & VariantProps<typeof buttonVariants>;

export function Button({ variant, size, className, ...rest }: Props) {
  return <button type="button" className={clsx(buttonVariants({ variant, size }), className)} {...rest} />;
}
