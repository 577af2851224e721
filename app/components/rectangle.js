// A rectangle that the reader draws on a picture, by mouse or finger; with the arrow keys it moves, with Shift it grows.
// It comes back as the trigger `box`, "left,top,right,bottom" in pixels of the picture. A reader can be quicker than the
// page: an answer to an earlier box does not undo a later one.

const PAUSE_MS = 350
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }

class View {
  constructor(root) {
    this.picture = root.querySelector("img")
    this.frame = root.querySelector(".frame")
    this.mark = root.querySelector(".mark")
    this.said = root.querySelector(".said")
    this.passed = new Set()
    this.listening = new AbortController()
    const on = (type, act) => this.frame.addEventListener(type, act, { signal: this.listening.signal })
    on("pointerdown", event => this.start(event))
    on("pointermove", event => this.stretch(event))
    on("pointerup", () => this.end())
    on("pointercancel", () => this.end())
    on("keydown", event => this.key(event))
  }

  close() {
    clearTimeout(this.later)
    this.listening.abort()
  }

  show(data) {
    this.data = data
    if (this.picture.src !== data.picture) this.picture.src = data.picture
    this.frame.style.setProperty("--ratio", data.size[0] / data.size[1])
    this.mark.setAttribute("aria-label", data.label)
    this.said.textContent = data.said
    const known = String(data.box)
    if (known === this.told || !this.passed.has(known)) this.passed.clear()
    if (!this.from && !this.waits && !this.passed.size) this.box = data.box
    this.draw()
  }

  draw() {
    const [width, height] = this.data.size
    this.mark.hidden = !this.box
    if (!this.box) return
    const [left, top, right, bottom] = this.box
    const share = (part, whole) => `${(100 * part) / whole}%`
    Object.assign(this.mark.style, {
      left: share(left, width),
      top: share(top, height),
      width: share(right - left, width),
      height: share(bottom - top, height),
    })
  }

  // ------------------------------------------------------------------ drawing
  start(event) {
    if (event.button !== 0) return
    this.from = this.under(event)
    this.before = this.box
    this.frame.setPointerCapture(event.pointerId)
    event.preventDefault()
  }

  stretch(event) {
    if (!this.from) return
    const to = this.under(event)
    const sorted = [0, 1].map(axis => [this.from[axis], to[axis]].sort((a, b) => a - b))
    this.box = [sorted[0][0], sorted[1][0], sorted[0][1], sorted[1][1]]
    this.draw()
  }

  end() {
    if (!this.from) return
    this.from = undefined
    if (this.box && !this.isLarge(this.box)) this.box = this.before
    this.draw()
    this.mark.focus({ preventScroll: true })
    this.tell()
  }

  // The pixel under the pointer, kept on the picture.
  under(event) {
    const { top, left, width, height } = this.frame.getBoundingClientRect()
    const shares = [(event.clientX - left) / width, (event.clientY - top) / height]
    return shares.map((share, axis) => Math.round(Math.min(Math.max(share, 0), 1) * this.data.size[axis]))
  }

  isLarge([left, top, right, bottom]) {
    return right - left >= this.data.least && bottom - top >= this.data.least
  }

  key(event) {
    const arrow = ARROWS[event.key]
    if (!arrow || !this.box || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    const step = Math.max(1, Math.round(Math.max(...this.data.size) / 100))
    const moved = this.box.map((edge, i) => (event.shiftKey && i < 2 ? edge : edge + step * arrow[i % 2]))
    const [left, top, right, bottom] = moved
    const [width, height] = this.data.size
    if (left < 0 || top < 0 || right > width || bottom > height) return
    if (!this.isLarge(moved)) return
    this.box = moved
    this.draw()
    clearTimeout(this.later)
    this.waits = true
    this.later = setTimeout(() => this.tell(), PAUSE_MS)
  }

  tell() {
    this.waits = false
    const known = this.passed.size ? this.told : String(this.data.box)
    if (!this.box || String(this.box) === known) return
    this.passed.add(String(this.data.box)).add(known)
    this.told = String(this.box)
    this.send("box", this.told)
  }
}
