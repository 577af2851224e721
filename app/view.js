// What every component of ours begins with; its own script follows, and says `class View`: made of the element to draw
// in, it has `show(data)` and `close()`, and tells what a reader does by `send(trigger, value)`.

const views = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const view = views.get(parentElement) ?? new View(parentElement)
  views.set(parentElement, view)
  view.send = setTriggerValue
  view.show(data)
  return () => {
    view.close()
    views.delete(parentElement)
  }
}

