/**
 * Make an element. Text is always text: nothing here reads markup, so a series may be called anything.
 * @param attributes set as attributes, not as markup; null and false leave one out
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string | boolean | null> = {},
  ...children: (Node | string | null)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) made.setAttribute(name, value === true ? '' : value)
  }
  made.append(...children.filter((child) => child !== null))
  return made
}

/** The element of the page with this id. */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no element "${id}"`)
  return found as Kind
}

/** Set an element's text only when it differs: unchanged text keeps selection, and screen readers quiet. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text
}

const SVG = 'http://www.w3.org/2000/svg'

export function svgElement(tag: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  return made as SVGElement
}
