// Sets the theme that the operator chose before anything is painted; see src/theme.ts.
try {
  const theme = localStorage.getItem('mantis-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // No storage here: the system's theme it is.
}
