/** The height of the image area, the same in every state so that the layout does not shift. */
export const IMAGE_AREA_HEIGHT = 'h-[56dvh] min-h-72 lg:h-[calc(100dvh-15.5rem)] lg:min-h-[26rem]';
