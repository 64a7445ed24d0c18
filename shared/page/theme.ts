const KEY = 'foretide.theme'

export type Theme = 'light' | 'dark'

/** The theme that shows: the person's choice, else the system's. */
function currentTheme(): Theme {
  const chosen = recall()
  if (chosen === 'light' || chosen === 'dark') return chosen
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

/** A page that was opened from a disk may have no storage: then the choice lasts as long as the page. */
let chosenHere: string | null = null

function recall(): string | null {
  try {
    return localStorage.getItem(KEY) ?? chosenHere
  } catch {
    return chosenHere
  }
}

function remember(theme: Theme): void {
  chosenHere = theme
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // Nothing to do: this page knows.
  }
}

/** Let a button switch the theme. @param changed called whenever another one shows */
export function watchTheme(button: HTMLButtonElement, changed: () => void): void {
  const show = () => {
    const theme = currentTheme()
    document.documentElement.dataset.theme = theme
    const other = theme === 'dark' ? 'light' : 'dark'
    button.textContent = theme === 'dark' ? '☀' : '☾'
    button.setAttribute('aria-label', `Switch to the ${other} theme`)
    button.title = `Switch to the ${other} theme`
  }
  button.addEventListener('click', () => {
    remember(currentTheme() === 'dark' ? 'light' : 'dark')
    show()
    changed()
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    show()
    changed()
  })
  show()
}

/** A colour of the style sheet, for what is drawn on a canvas. */
export function themeColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}
