// Runs before the first paint: sets the theme, so that the page does not flash in the wrong one, and keeps a photo that
// is dropped before the page can take it (the browser would open it instead).
try {
  const theme = localStorage.getItem('visage.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked, so the theme of the system is used.
}
window.visageDropped = [];
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  window.visageDropped?.push(...event.dataTransfer.files);
});
