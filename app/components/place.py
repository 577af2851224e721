"""A place on the photo that the reader has chosen, kept in the address."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from app import state, widgets
from app.looking import Subject

Place = tuple[int, int]


def place(name: str, subject: Subject, grid: Place, owner: str = "") -> tuple[Place, Callable[[int, int], None]]:
    """Give a place on a grid of rows and columns, by default its middle, and what moves it.

    A place that lies beside the grid, since the grid is another now, is moved onto it.
    """
    middle, whose = token(grid[0] // 2, grid[1] // 2), f"{subject.model.id}/{owner}"

    def move(row: int, column: int) -> None:
        state.put(name, token(row, column), middle, whose)

    def read(text: str) -> str:
        row, _comma, column = text.partition(",")
        if row.isdecimal() and column.isdecimal() and int(row) < grid[0] and int(column) < grid[1]:
            return text
        raise widgets.refused(name, text, f"0,0 … {grid[0] - 1},{grid[1] - 1}", middle)

    row, column = map(int, state.value(name, middle, read, whose).split(","))
    inside = min(row, grid[0] - 1), min(column, grid[1] - 1)
    move(*inside)
    return inside, move


def token(row: int, column: int) -> str:
    """Write a place as the address holds it.

    >>> token(3, 12)
    '3,12'
    """
    return f"{row},{column}"


def crop(subject: Subject) -> Image.Image:
    """Cut out of the photo what was fed, as fine as the photo is."""
    return subject.photo.crop(subject.model.preprocessing.box(*subject.photo.size).pixels())
