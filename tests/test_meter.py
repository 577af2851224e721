from io import StringIO

from explorer.meter import Meter


class Terminal(StringIO):
    def isatty(self):
        return True


def test_a_terminal_shows_one_line_that_is_written_over():
    terminal = Terminal()
    meter = Meter(terminal)
    meter(12_300_000, 46_800_000)
    meter(46_800_000, 46_800_000)
    meter.end()
    assert terminal.getvalue() == "\r12.3 of 46.8 MB (26 %)\r46.8 of 46.8 MB (100 %)\n"


def test_where_nobody_watches_nothing_is_written():
    log = StringIO()
    meter = Meter(log)
    meter(1, 2)
    meter.end()
    assert (log.getvalue(), meter.used) == ("", True)


def test_a_meter_that_was_not_needed_leaves_no_line():
    terminal = Terminal()
    meter = Meter(terminal)
    meter.end()
    assert (terminal.getvalue(), meter.used) == ("", False)
