// The outline of a network: a tree of rows that folds, is walked by arrow keys, picked, and rearranged by dragging.
// The page gives the rows; what a reader does comes back as triggers: `picked` (a path such as "0.3", "" the whole),
// `acted` ("act@path", by a key) and `moved` ("from>to", both paths, the second as it is once the first is gone).

const SHOWN_AT_FIRST = 60
const PATIENCE_MS = 180
const LAID_OUT_MS = [0, 200] // rows that were never seen have their true height only once they come near

const parent = path => (path.includes(".") ? path.slice(0, path.lastIndexOf(".")) : "")
const inside = (path, around) => path !== around && (around === "" || path.startsWith(`${around}.`))

class View {
  constructor(root) {
    this.root = root
    this.shell = root.querySelector(".outline")
    this.body = root.querySelector(".rows")
    this.open = new Map()
    this.listening = new AbortController()
    const on = (target, type, act) => target.addEventListener(type, act, { signal: this.listening.signal })
    on(this.body, "click", event => this.clicked(event))
    on(this.body, "keydown", event => this.key(event))
    for (const type of ["dragstart", "dragover", "dragleave", "drop", "dragend"])
      on(this.body, type, event => this[type](event))
    for (const button of root.querySelectorAll(".tools button")) on(button, "click", () => this.level(button.dataset.act))
  }

  close() {
    clearTimeout(this.late)
    this.listening.abort()
  }

  show({ rows, picked, labels, keys, language, height, id }) {
    this.shell.style.height = `${height}px`
    if (id !== this.id) this.open.clear()
    this.id = id
    this.rows = rows.map(([path, label, kind, type, text, shape, params, multAdds, field, trouble, holds]) => ({
      path, label, kind, type, text, shape, params, multAdds, field, trouble, holds,
      depth: path === "" ? 0 : path.split(".").length,
    }))
    this.keys = keys
    this.labels = labels
    this.numbers = new Intl.NumberFormat(language)
    this.digits = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 })
    this.body.setAttribute("aria-label", labels.outline)
    for (const button of this.root.querySelectorAll(".tools button")) {
      button.title = labels[button.dataset.act]
      button.setAttribute("aria-label", labels[button.dataset.act])
    }
    for (const head of this.root.querySelectorAll(".head [data-name]")) head.textContent = labels[head.dataset.name]
    const told = picked !== this.told
    this.told = picked
    if (told || !this.rows.some(row => row.path === this.at)) this.at = picked
    this.usual = this.depthAtFirst()
    const failing = this.rows.find(row => row.trouble)
    for (const path of [this.at, failing?.path]) if (path) this.disclose(path)
    this.draw(told)
  }

  depthAtFirst() {
    const counts = []
    for (const row of this.rows) counts[row.depth] = (counts[row.depth] ?? 0) + 1
    let shown = 0
    for (const [depth, count] of counts.entries()) {
      shown += count
      if (depth > 1 && shown > SHOWN_AT_FIRST) return depth - 1
    }
    return counts.length
  }

  isOpen(row) {
    return this.open.get(row.path) ?? row.depth < this.usual
  }

  disclose(path) {
    for (let above = path; above !== ""; ) {
      above = parent(above)
      if (!this.isOpen({ path: above, depth: above === "" ? 0 : above.split(".").length })) this.open.set(above, true)
    }
  }

  level(act) {
    this.open.clear()
    if (act === "fold") for (const row of this.rows) if (row.holds && row.path) this.open.set(row.path, false)
    if (act === "unfold") for (const row of this.rows) if (row.holds) this.open.set(row.path, true)
    this.draw(true)
  }

  // ------------------------------------------------------------------ drawing
  draw(reveal) {
    const kept = document.createDocumentFragment()
    let folded = null
    this.shown = []
    for (const row of this.rows) {
      if (folded !== null && inside(row.path, folded)) continue
      folded = row.holds && !this.isOpen(row) ? row.path : null
      this.shown.push(row)
      kept.append(this.line(row))
    }
    const had = this.root.activeElement ?? this.body.getRootNode().activeElement
    const focused = had?.classList?.contains("row")
    this.body.replaceChildren(kept)
    const now = this.find(this.at)
    if (focused) now?.focus({ preventScroll: true })
    if (reveal) for (const wait of LAID_OUT_MS) setTimeout(() => this.reveal(this.find(this.at)), wait)
  }

  find(path) {
    return [...this.body.children].find(each => each.dataset.path === path)
  }

  reveal(line) {
    if (!line) return
    const [seen, all] = [line.getBoundingClientRect(), this.body.getBoundingClientRect()]
    if (seen.top < all.top) this.body.scrollTop += seen.top - all.top - 8
    if (seen.bottom > all.bottom) this.body.scrollTop += seen.bottom - all.bottom + 8
  }

  line(row) {
    const made = element("div", "row")
    made.dataset.path = row.path
    made.dataset.kind = row.kind
    made.draggable = row.path !== ""
    made.setAttribute("role", "row")
    made.setAttribute("aria-level", row.depth + 1)
    made.setAttribute("aria-selected", row.path === this.at)
    made.tabIndex = row.path === this.at ? 0 : -1
    if (row.holds) made.setAttribute("aria-expanded", this.isOpen(row))
    made.append(this.name(row))
    const known = row.shape !== ""
    for (const [name, text] of [
      ["shape", row.shape],
      ["params", row.params],
      ["multAdds", row.multAdds],
      ["field", row.field],
    ]) {
      const cell = element("span", `cell ${name}`, known ? (typeof text === "number" ? "" : text) : "–")
      if (known && typeof text === "number") cell.append(...this.number(text))
      cell.setAttribute("role", "gridcell")
      made.append(cell)
    }
    if (!known) made.classList.add("beyond")
    if (row.trouble) {
      made.classList.add("trouble")
      const why = element("span", "why", `⚠ ${row.trouble}`)
      why.setAttribute("role", "gridcell")
      made.append(why)
    }
    return made
  }

  // All digits, and four with a unit for where there is little room.
  number(value) {
    const [unit, size] = [["T", 1e12], ["G", 1e9], ["M", 1e6], ["k", 1e4]].find(each => value >= each[1]) ?? ["", 1]
    const short = unit === "k" ? `${this.digits.format(value / 1e3)} k` : `${this.digits.format(value / size)} ${unit}`
    return [element("span", "exact", this.numbers.format(value)), element("span", "short", short.trim())]
  }

  name(row) {
    const cell = element("span", "cell name")
    cell.setAttribute("role", "gridcell")
    cell.style.paddingInlineStart = `${row.depth * 13}px`
    cell.append(element("span", "fold", row.holds ? (this.isOpen(row) ? "▾" : "▸") : ""))
    cell.append(element("span", "dot"))
    if (row.label) cell.append(element("span", "label", row.label))
    cell.append(element("span", "type", row.type), element("span", "text", row.text))
    cell.title = [row.label, row.type, row.text].filter(Boolean).join(" ")
    return cell
  }

  // ------------------------------------------------------------------ picking
  clicked(event) {
    const line = event.target.closest(".row")
    if (!line) return
    const row = this.rows.find(each => each.path === line.dataset.path)
    if (event.target.classList.contains("fold") && row.holds) this.fold(row)
    else this.pick(row.path, 0)
  }

  fold(row, open = !this.isOpen(row)) {
    this.open.set(row.path, open)
    if (!open && inside(this.at, row.path)) this.pick(row.path, 0)
    this.draw(false)
  }

  pick(path, patience) {
    this.at = path
    for (const line of this.body.children) {
      const chosen = line.dataset.path === path
      line.setAttribute("aria-selected", chosen)
      line.tabIndex = chosen ? 0 : -1
      if (chosen) {
        line.focus({ preventScroll: true })
        this.reveal(line)
      }
    }
    clearTimeout(this.late)
    this.late = setTimeout(() => this.tell(path), patience)
  }

  tell(path) {
    if (path === this.told) return
    this.told = path
    this.send("picked", path)
  }

  key(event) {
    const pressed = combination(event)
    if (this.keys[pressed]) {
      event.preventDefault()
      event.stopPropagation()
      clearTimeout(this.late)
      this.send("acted", `${this.keys[pressed]}@${this.at}`)
      return
    }
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const here = this.shown.findIndex(row => row.path === this.at)
    const row = this.shown[here]
    if (!row) return
    const to = place => this.shown[place] && this.pick(this.shown[place].path, PATIENCE_MS)
    const acts = {
      ArrowDown: () => to(here + 1),
      ArrowUp: () => to(here - 1),
      Home: () => to(0),
      End: () => to(this.shown.length - 1),
      ArrowRight: () => (row.holds && !this.isOpen(row) ? this.fold(row) : row.holds && to(here + 1)),
      ArrowLeft: () => (row.holds && this.isOpen(row) ? this.fold(row) : row.path && this.pick(parent(row.path), PATIENCE_MS)),
      " ": () => row.holds && this.fold(row),
      Enter: () => this.tell(row.path),
    }
    if (!acts[event.key]) return
    event.preventDefault()
    event.stopPropagation()
    acts[event.key]()
  }

  // ------------------------------------------------------------------ dragging
  dragstart(event) {
    this.dragged = event.target.closest(".row")?.dataset.path ?? ""
    event.dataTransfer.effectAllowed = "move"
    event.dataTransfer.setData("text/plain", this.dragged)
  }

  dragover(event) {
    const line = event.target.closest(".row")
    const goal = line && this.goal(line, event.clientY)
    this.unmark()
    if (!goal) return
    event.preventDefault()
    line.classList.add(goal.side)
  }

  dragleave() {
    this.unmark()
  }

  dragend() {
    this.unmark()
    this.dragged = ""
  }

  drop(event) {
    const line = event.target.closest(".row")
    const goal = line && this.goal(line, event.clientY)
    this.unmark()
    if (!goal) return
    event.preventDefault()
    const to = without(goal.path, this.dragged)
    if (to !== this.dragged) this.send("moved", `${this.dragged}>${to}`)
  }

  // Where a row would go: before or after another, or to the end of what it holds.
  goal(line, y) {
    const path = line.dataset.path
    if (!this.dragged || path === this.dragged || inside(path, this.dragged)) return null
    const box = line.getBoundingClientRect()
    const share = (y - box.top) / box.height
    const row = this.rows.find(each => each.path === path)
    const below = place => (path ? `${path}.${place}` : `${place}`)
    if (row.holds && (path === "" || (share > 0.3 && share < 0.7))) return { side: "into", path: below(row.holds) }
    if (share < 0.5) return { side: "before", path }
    if (row.holds && this.isOpen(row)) return { side: "after", path: below(0) }
    return { side: "after", path: next(path) }
  }

  unmark() {
    for (const line of this.body.querySelectorAll(".before, .after, .into"))
      line.classList.remove("before", "after", "into")
  }
}

// A key with what is held down, as the page names it: "Alt+Up", "Ctrl+D", "Delete".
function combination(event) {
  const key = event.key.startsWith("Arrow") ? event.key.slice(5) : event.key.length === 1 ? event.key.toUpperCase() : event.key
  const held = [["Ctrl", event.ctrlKey || event.metaKey], ["Alt", event.altKey], ["Shift", event.shiftKey]]
  return [...held.filter(each => each[1]).map(each => each[0]), key].join("+")
}

function element(tag, name, text = "") {
  const made = document.createElement(tag)
  made.className = name
  made.textContent = text
  return made
}

function next(path) {
  const parts = path.split(".")
  return [...parts.slice(0, -1), Number(parts.at(-1)) + 1].join(".")
}

// A path once another one is gone: what stands behind it in the same list moves up.
function without(path, gone) {
  const [parts, lost] = [path.split("."), gone.split(".")]
  const last = lost.length - 1
  const together = lost.slice(0, last).every((part, i) => parts[i] === part)
  if (together && parts.length > last && Number(parts[last]) > Number(lost[last])) parts[last] = Number(parts[last]) - 1
  return parts.join(".")
}
