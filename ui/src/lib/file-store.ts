/** Holds the chosen file outside React, so that it survives an error in the page. */
let stored: File | null = null;

export const storeFile = (file: File | null): void => {
  stored = file;
};

export const storedFile = (): File | null => stored;
