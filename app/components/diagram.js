// A diagram that scrolls, zooms, pans, folds and is clicked. The page gives the SVG and keeps the state;
// what a reader does comes back as triggers: `selected`, `toggled` (paths) and `folding` ("all" or "none").

const CLOSEST = 0.1
const NEAREST = 4
const READABLE = [0.7, 1.25]

class View {
  constructor(root) {
    this.root = root
    this.shell = root.querySelector(".viewer")
    this.stage = root.querySelector(".stage")
    this.sheet = root.querySelector(".sheet")
    this.scale = 0
    this.source = null
    this.anchor = null
    this.listening = new AbortController()
    this.listen()
  }

  close() {
    this.listening.abort()
  }

  show({ svg, selected, labels, height }) {
    this.shell.style.height = `${height}px`
    for (const button of this.root.querySelectorAll(".tools button")) {
      button.title = labels[button.dataset.act]
      button.setAttribute("aria-label", labels[button.dataset.act])
    }
    this.stage.setAttribute("aria-label", labels.diagram)
    if (svg !== this.source) this.replace(svg)
    this.shade()
    this.mark(selected)
  }

  // ------------------------------------------------------------------ the picture
  replace(source) {
    const parsed = new DOMParser().parseFromString(source, "image/svg+xml")
    if (parsed.querySelector("parsererror")) return
    const svg = document.importNode(parsed.documentElement, true)
    for (const odd of svg.querySelectorAll("script, foreignObject, a, image, use")) odd.remove()
    this.svg = svg
    this.size = [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))]
    this.boxes = [...svg.querySelectorAll(".box")]
    for (const box of this.boxes) this.describe(box)
    this.source = source
    this.sheet.replaceChildren(svg)
    if (this.scale) this.zoom(this.scale)
    else this.readable()
    this.keepPlace()
    if (this.focused) this.boxes.find(box => box.dataset.path === this.focused)?.focus({ preventScroll: true })
  }

  describe(box) {
    box.setAttribute("role", "button")
    box.setAttribute("tabindex", "-1")
    box.setAttribute("aria-label", box.querySelector("title").textContent.replaceAll("\n", ", "))
    if (box.dataset.toggle) box.setAttribute("aria-expanded", String(box.classList.contains("frame")))
  }

  shade() {
    const dark = isDark(getComputedStyle(this.stage).getPropertyValue("--st-background-color"))
    this.shell.classList.toggle("dark", dark)
    this.svg?.classList.remove("auto", "light", "dark")
    this.svg?.classList.add(dark ? "dark" : "light")
  }

  mark(path) {
    this.selected = path ?? ""
    for (const box of this.boxes ?? []) {
      const chosen = Boolean(path) && box.dataset.path === path
      box.classList.toggle("selected", chosen)
      box.setAttribute("aria-pressed", String(chosen))
      box.setAttribute("tabindex", "-1")
      if (chosen && path !== this.clicked) this.reveal(box)
    }
    const first = this.boxes?.find(box => box.dataset.path === path) ?? this.boxes?.[0]
    first?.setAttribute("tabindex", "0")
    this.clicked = path
  }

  reveal(box) {
    const [seen, all] = [box.querySelector(".body").getBoundingClientRect(), this.stage.getBoundingClientRect()]
    if (seen.top >= all.top && seen.bottom <= all.bottom) return
    this.stage.scrollTop += seen.top + seen.height / 2 - (all.top + all.height / 2)
    this.stage.scrollLeft += seen.left + seen.width / 2 - (all.left + all.width / 2)
  }

  // What was folded stays where it was on the screen.
  keepPlace() {
    if (!this.anchor) return
    const { paths, x, y } = this.anchor
    const box = this.boxes.find(each => paths.includes(each.dataset.path) || paths.includes(each.dataset.unroll))
    this.anchor = null
    if (!box) return
    const now = box.querySelector(".body").getBoundingClientRect()
    this.stage.scrollTop += now.top - y
    this.stage.scrollLeft += now.left + now.width / 2 - x
  }

  // ------------------------------------------------------------------ zoom
  zoom(scale, x = this.stage.clientWidth / 2, y = this.stage.clientHeight / 2) {
    const before = this.svg.getBoundingClientRect()
    const stage = this.stage.getBoundingClientRect()
    const [u, v] = [(stage.left + x - before.left) / before.width, (stage.top + y - before.top) / before.height]
    this.scale = Math.min(NEAREST, Math.max(CLOSEST, scale))
    this.svg.setAttribute("width", this.size[0] * this.scale)
    this.svg.setAttribute("height", this.size[1] * this.scale)
    const after = this.svg.getBoundingClientRect()
    this.stage.scrollLeft += after.left + u * after.width - (stage.left + x)
    this.stage.scrollTop += after.top + v * after.height - (stage.top + y)
  }

  fit() {
    this.zoom(Math.min(this.stage.clientWidth / this.size[0], this.stage.clientHeight / this.size[1]))
  }

  readable() {
    const fill = (this.stage.clientWidth || 800) / this.size[0]
    this.zoom(Math.min(READABLE[1], Math.max(READABLE[0], fill)))
    this.stage.scrollTop = 0
    this.stage.scrollLeft = this.scale * (this.boxes.length ? middle(this.boxes[0])[0] : 0) - this.stage.clientWidth / 2
  }

  // ------------------------------------------------------------------ what a reader does
  listen() {
    const on = (target, type, act, options = {}) =>
      target.addEventListener(type, act, { signal: this.listening.signal, ...options })
    on(this.root.querySelector(".tools"), "click", event => this.press(event.target.closest("button")?.dataset.act))
    on(this.stage, "click", event => this.click(event))
    on(this.stage, "dblclick", event => this.toggle(event.target.closest(".box"), event.target))
    on(this.stage, "keydown", event => this.key(event))
    on(this.stage, "focusin", event => (this.focused = event.target.dataset?.path))
    on(this.stage, "wheel", event => this.wheel(event), { passive: false })
    on(this.stage, "pointerdown", event => this.grab(event))
    on(this.stage, "pointermove", event => this.drag(event))
    for (const type of ["pointerup", "pointercancel", "pointerleave"]) on(this.stage, type, () => this.drop())
    for (const type of ["touchstart", "touchmove", "touchend"])
      on(this.stage, type, event => this.pinch(event), { passive: false })
  }

  press(act) {
    if (act === "fit") this.fit()
    if (act === "readable") this.readable()
    if (act === "in") this.zoom(this.scale * 1.25)
    if (act === "out") this.zoom(this.scale / 1.25)
    if (act === "unfold") this.send("folding", "all")
    if (act === "fold") this.send("folding", "none")
  }

  click(event) {
    if (this.dragged) return
    const box = event.target.closest(".box")
    if (box && event.target.closest(".fold, .badge")) this.toggle(box, event.target)
    else if (event.detail < 2) this.select(box)
  }

  select(box) {
    const path = box?.dataset.path ?? ""
    if (path === this.selected) return
    this.clicked = path
    this.mark(path)
    this.send("selected", path)
  }

  toggle(box, target) {
    const path = target?.closest(".badge") ? box?.dataset.unroll || box?.dataset.toggle : box?.dataset.toggle
    if (!path) return
    const { top, left, width } = box.querySelector(".body").getBoundingClientRect()
    this.anchor = { paths: [box.dataset.path, box.dataset.unroll].filter(Boolean), x: left + width / 2, y: top }
    this.send("toggled", path)
  }

  key(event) {
    const box = event.target.closest(".box")
    const acts = { "+": "in", "=": "in", "-": "out", "0": "readable" }
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (acts[event.key]) this.press(acts[event.key])
    else if (event.key === "Escape") this.select(null)
    else if (box && event.key === "Enter") this.select(box)
    else if (box && event.key === " ") this.toggle(box)
    else if (box && event.key.startsWith("Arrow")) this.move(box, event.key.slice(5))
    else return
    event.preventDefault()
  }

  // Go to the nearest box in a direction.
  move(from, direction) {
    const [dx, dy] = { Up: [0, -1], Down: [0, 1], Left: [-1, 0], Right: [1, 0] }[direction]
    const here = middle(from)
    let best = [Infinity, null]
    for (const box of this.boxes) {
      const [x, y] = middle(box).map((value, axis) => value - here[axis])
      const along = x * dx + y * dy
      const distance = along + 2 * Math.abs(x * dy + y * dx)
      if (along > 1 && distance < best[0]) best = [distance, box]
    }
    if (!best[1]) return
    from.setAttribute("tabindex", "-1")
    best[1].setAttribute("tabindex", "0")
    best[1].focus({ preventScroll: true })
    this.reveal(best[1])
  }

  // The wheel scrolls as anywhere; with Ctrl, ⌘, or as a pinch on a touch pad it zooms.
  wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    const { left, top } = this.stage.getBoundingClientRect()
    const step = Math.max(-60, Math.min(60, event.deltaY))
    this.zoom(this.scale * Math.exp(-step / 150), event.clientX - left, event.clientY - top)
  }

  grab(event) {
    this.dragged = false
    if (event.button !== 0 || event.pointerType !== "mouse") return
    this.held = { x: event.clientX, y: event.clientY, left: this.stage.scrollLeft, top: this.stage.scrollTop }
  }

  drag(event) {
    if (!this.held) return
    const [dx, dy] = [event.clientX - this.held.x, event.clientY - this.held.y]
    if (Math.abs(dx) + Math.abs(dy) > 5) this.dragged = true
    if (!this.dragged) return
    this.stage.classList.add("panning")
    this.stage.scrollLeft = this.held.left - dx
    this.stage.scrollTop = this.held.top - dy
  }

  drop() {
    this.held = null
    this.stage.classList.remove("panning")
  }

  pinch(event) {
    if (event.touches.length !== 2) {
      this.spread = 0
      return
    }
    event.preventDefault()
    const [a, b] = event.touches
    const spread = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)
    const { left, top } = this.stage.getBoundingClientRect()
    const [x, y] = [(a.clientX + b.clientX) / 2 - left, (a.clientY + b.clientY) / 2 - top]
    if (this.spread) this.zoom((this.scale * spread) / this.spread, x, y)
    this.spread = spread
  }
}

function middle(box) {
  const body = box.querySelector(".body")
  const [x, y, width, height] = ["x", "y", "width", "height"].map(name => Number(body.getAttribute(name)))
  return [x + width / 2, box.classList.contains("frame") ? y + 15 : y + height / 2]
}

// Colours come as #rgb, #rrggbb or rgb(…).
function isDark(colour) {
  const text = colour.trim()
  const hex = text.startsWith("#") ? text.slice(1) : ""
  const wide = hex.length < 6 ? [...hex].map(digit => digit + digit).join("") : hex
  const channels = hex ? [0, 2, 4].map(i => parseInt(wide.slice(i, i + 2), 16)) : (text.match(/[\d.]+/g) ?? [255, 255, 255])
  const [r, g, b] = channels.map(Number)
  return 0.299 * r + 0.587 * g + 0.114 * b < 128
}
