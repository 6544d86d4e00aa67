/** The color of the page, for the bars of the browser; see --paper in globals.css. */
export const PAPER = { light: '#f7f5f2', dark: '#171513' } as const;
