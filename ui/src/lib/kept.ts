/** The chosen file, outside of React: whatever breaks in the page, the picture is still here. */
let kept: File | null = null;

export const keep = (file: File | null): void => {
  kept = file;
};

export const keptFile = (): File | null => kept;
