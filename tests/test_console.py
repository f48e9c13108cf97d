"""Progress as a person sees it: one bar per stage on a terminal, a line now and then in a log."""

import io

from rich.console import Console

from meu_data import console
from meu_data.console import BarProgress, LineProgress


def test_each_stage_has_one_bar_of_its_own():
    screen = io.StringIO()
    progress = BarProgress(Console(file=screen, force_terminal=True, width=80, color_system=None))
    for stage in ("extract", "render"):
        progress.start(stage, 3)
        for _ in range(3):
            progress.advance()
        progress.finish()
    last = screen.getvalue().splitlines()
    assert sum("render" in line and "3/3" in line for line in last) >= 1
    assert max(map(len, (line.split("\x1b")[0] for line in last))) <= 80
    after_first = screen.getvalue().partition("render")[2]
    assert "extract" not in after_first, "the bar of an earlier stage is drawn again"


def test_a_finished_bar_takes_nothing_more():
    screen = io.StringIO()
    progress = BarProgress(Console(file=screen, force_terminal=True, width=80))
    progress.advance()
    progress.finish()
    assert not screen.getvalue()
    progress.start("draft", None)
    progress.advance(5)
    progress.finish()
    progress.finish()
    assert "5/?" in screen.getvalue()


def test_lines_come_only_when_it_takes_long(monkeypatch):
    clock = iter([0.0, 1.0, 6.0, 7.0, 13.0])
    monkeypatch.setattr(console.time, "monotonic", lambda: next(clock))
    log = io.StringIO()
    progress = LineProgress(log)
    progress.start("render", 8)
    for _ in range(4):
        progress.advance()
    progress.finish()
    assert log.getvalue().splitlines() == [
        "render: 2 of 8, 18 s left (0.3/s)",
        "render: 4 of 8, 13 s left (0.3/s)",
    ]


def test_what_came_since_it_was_counted_counts_too(monkeypatch):
    clock = iter([0.0, 6.0, 12.0])
    monkeypatch.setattr(console.time, "monotonic", lambda: next(clock))
    log, screen = io.StringIO(), io.StringIO()
    bar = BarProgress(Console(file=screen, force_terminal=True, width=80, color_system=None))
    for progress in (LineProgress(log), bar):
        progress.start("push", 3)
        progress.advance(2)
        progress.advance(3)
        progress.finish()
    assert log.getvalue().splitlines() == ["push: 2 of 3, 3 s left (0.3/s)", "push: 5 of 5, 0 s left (0.4/s)"]
    assert "5/5" in screen.getvalue()
    assert "5/3" not in screen.getvalue()


def test_a_line_about_nothing_done_yet_gives_no_time_left(monkeypatch):
    clock = iter([0.0, 6.0, 12.0, 18.0])
    monkeypatch.setattr(console.time, "monotonic", lambda: next(clock))
    log = io.StringIO()
    progress = LineProgress(log)
    progress.start("batch", 8)
    progress.note("1 jobs at work")
    for done in (0, 0, 3):
        progress.advance(done)
    assert log.getvalue().splitlines() == [
        "batch: 0 of 8 (0.0/s); 1 jobs at work",
        "batch: 0 of 8 (0.0/s); 1 jobs at work",
        "batch: 3 of 8, 30 s left (0.2/s); 1 jobs at work",
    ]
