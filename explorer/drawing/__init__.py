"""Block graphs: which boxes a picture has, where they stand, and the picture itself.

``parts`` and ``fold`` say what is shown, ``wiring`` what is joined, ``layout`` (on ``mesh``) and ``levels`` where it
stands, ``captions`` (with ``chains`` and ``measures``) what is written in it; ``diagram`` is all that together, and
``svg`` and ``dot`` write it down.
"""
