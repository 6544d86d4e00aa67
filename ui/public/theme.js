// Runs before the first paint: sets the theme, so that the page does not flash in the wrong one; hides English words
// that another language is about to replace (globals.css shows them all the same after a while); and keeps a photo that
// is dropped before the page can take it (the browser would open it instead).
let chosen = null;
try {
  const theme = localStorage.getItem('visage.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  chosen = localStorage.getItem('visage.language');
} catch {
  // Storage is blocked, so the theme and the languages of the system are used.
}
const languages = ['en', 'de', 'es', 'fr', 'pt', 'zh', 'ja', 'ar'];
const language = [chosen, ...navigator.languages]
  .map((tag) => tag?.toLowerCase().split('-')[0])
  .find((tag) => languages.includes(tag));
if (language !== undefined && language !== 'en') {
  document.documentElement.dataset.translating = '';
  if (language === 'ar') document.documentElement.dir = 'rtl';
}
window.visageDropped = [];
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  window.visageDropped?.push(...event.dataTransfer.files);
});
