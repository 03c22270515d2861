// Every stop of the keyboard on this page, after a first press of Tab: it takes the focus and keeps it, is marked by it,
// is in sight with it, and lets Tab go on. Gives a sentence for each that does not.
() => {
  const STOPS = "a[href], area[href], button, input, select, textarea, summary, iframe, [contenteditable], [tabindex]"
  const faults = []
  const shown = one => one.getClientRects().length > 0 && getComputedStyle(one).visibility !== "hidden"
  const folded = one => {
    const from = one.closest("summary")?.parentElement.parentElement || one
    return Boolean(from.closest("details:not([open])"))
  }
  const picked = one => {
    if (one.type !== "radio") return true
    const group = [...document.querySelectorAll("input[type=radio]")].filter(
      each => each.name === one.name && each.form === one.form && !each.disabled)
    return one === (group.find(each => each.checked) || group[0])
  }
  const isStop = one => one.tabIndex >= 0 && !one.disabled && one.type !== "hidden" && !one.closest("[inert]")
    && shown(one) && !folded(one) && picked(one)
  const looksOf = one => [one, one.closest("label, summary, .form-check"), one.labels?.[0]].filter(Boolean).map(each => {
    const style = getComputedStyle(each)
    return [style.outline, style.boxShadow, style.backgroundColor, style.backgroundImage, style.textDecoration].join("|")
  }).join("||")
  const inSight = one => [...one.getClientRects()].some(box => {
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)]
    const [upper, lower] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)]
    return left <= right && upper <= lower && [.1, .5, .9].some(part => {
      const top = document.elementFromPoint((left + right) / 2, upper + (lower - upper) * part)
      return top && (one.contains(top) || top.contains(one) || one.labels?.[0]?.contains(top))
    })
  })
  const tryOut = one => {
    const said = fault => faults.push(`${fault}: ${one.outerHTML.replace(/\s+/g, " ").slice(0, 140)}`)
    const before = looksOf(one)
    one.focus()
    if (document.activeElement !== one) return said("does not take the focus")
    if (looksOf(one) === before) said("nothing marks it")
    if (!inSight(one)) said("hidden behind something")
    const tab = new KeyboardEvent("keydown", {key: "Tab", code: "Tab", bubbles: true, cancelable: true})
    if (!one.dispatchEvent(tab)) said("keeps Tab to itself")
    if (document.activeElement !== one) said("loses the focus by itself")
    if (one.tabIndex > 0) said("stands out of order")
    one.blur()
  }
  const walk = inside => [...inside.querySelectorAll(STOPS)].filter(isStop).map(tryOut).length

  const details = [...document.querySelectorAll("details")]
  const open = new Set(details.filter(each => each.open))
  details.forEach(each => { each.open = false })
  document.activeElement?.blur()
  let stops = walk(document)
  for (const each of details) {
    for (let one = each; one; one = one.parentElement.closest("details")) one.open = true
    stops += walk(each) - 1
    details.forEach(one => { one.open = false })
  }
  details.forEach(each => { each.open = open.has(each) })
  window.scrollTo(0, 0)
  return {stops, faults}
}
