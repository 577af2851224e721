// A marker on a picture, moved by mouse, finger or arrow keys. Its place comes back as the trigger `place`,
// "row,column"; the next place is sent only when the page has answered the last.

const PATIENCE_MS = 4000
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }

class View {
  constructor(root) {
    this.picture = root.querySelector("img")
    this.frame = root.querySelector(".frame")
    this.mark = root.querySelector(".mark")
    this.said = root.querySelector(".said")
    this.listening = new AbortController()
    const on = (type, act) => this.frame.addEventListener(type, act, { signal: this.listening.signal })
    on("pointerdown", event => this.grab(event))
    on("pointermove", event => this.drag(event))
    for (const type of ["pointerup", "pointercancel"]) on(type, () => (this.held = null))
    on("keydown", event => this.key(event))
  }

  close() {
    clearTimeout(this.late)
    this.listening.abort()
  }

  show(data) {
    const answered = this.asked === undefined || this.asked === String(data.at)
    const elsewhere = String(this.data?.at) !== String(data.at)
    this.data = data
    if (this.picture.src !== data.picture) this.picture.src = data.picture
    this.frame.style.setProperty("--ratio", data.grid[1] / data.grid[0])
    this.mark.style.background = data.fill || "transparent"
    this.mark.setAttribute("aria-label", data.label)
    this.said.textContent = data.said
    if (answered) this.settle()
    if (!this.at || (answered && elsewhere && !this.held && !this.moved)) this.at = data.at
    this.draw()
    if (answered) this.ask()
  }

  draw() {
    const [rows, columns] = this.data.grid
    const [height, width] = this.data.size
    const share = (part, whole) => `${(100 * part) / whole}%`
    this.at = this.inside(this.at)
    Object.assign(this.mark.style, {
      top: share(this.at[0], rows),
      left: share(this.at[1], columns),
      height: share(height, rows),
      width: share(width, columns),
    })
  }

  inside([row, column]) {
    const fit = (value, most) => Math.min(Math.max(Math.round(value), 0), most)
    return [0, 1].map(axis => fit([row, column][axis], this.data.grid[axis] - this.data.size[axis]))
  }

  // ------------------------------------------------------------------ what a reader does
  grab(event) {
    if (event.button !== 0) return
    const onMark = event.target === this.mark
    const [row, column] = this.under(event)
    this.held = onMark ? [row - this.at[0], column - this.at[1]] : this.data.size.map(length => length / 2)
    this.frame.setPointerCapture(event.pointerId)
    this.mark.focus({ preventScroll: true })
    this.drag(event)
    event.preventDefault()
  }

  drag(event) {
    if (!this.held) return
    const [row, column] = this.under(event)
    const corner = [row - this.held[0], column - this.held[1]]
    this.move(this.data.size[0] === 1 ? [Math.floor(row), Math.floor(column)] : corner)
  }

  // The place under the pointer, in rows and columns of the grid.
  under(event) {
    const { top, left, width, height } = this.frame.getBoundingClientRect()
    const [rows, columns] = this.data.grid
    return [((event.clientY - top) / height) * rows, ((event.clientX - left) / width) * columns]
  }

  key(event) {
    const arrow = ARROWS[event.key]
    if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    const step = event.shiftKey ? 1 : this.data.step
    this.move(this.at.map((value, axis) => value + step * arrow[axis]))
  }

  move(to) {
    const place = this.inside(to)
    if (String(place) === String(this.at)) return
    this.at = place
    this.moved = true
    this.draw()
    this.ask()
  }

  // ------------------------------------------------------------------ asking the page, one question at a time
  ask() {
    if (this.asked !== undefined || !this.moved || String(this.at) === String(this.data.at)) {
      if (this.asked === undefined) this.moved = false
      return
    }
    this.asked = String(this.at)
    this.moved = false
    this.frame.classList.add("asking")
    this.late = setTimeout(() => (this.settle(), this.ask()), PATIENCE_MS)
    this.send("place", this.asked)
  }

  settle() {
    clearTimeout(this.late)
    this.asked = undefined
    this.frame.classList.remove("asking")
  }
}
