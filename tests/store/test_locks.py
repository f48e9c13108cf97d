"""Who holds a lock, and for how long."""

import signal
import subprocess
import sys

import pytest

from meu_data.errors import MeuError
from meu_data.store.locks import drafting_lock, held_lock, is_locked

HOLD = """
import sys, time
from pathlib import Path
from meu_data.store.locks import held_lock
with held_lock(Path(sys.argv[1])) as handle:
    print(handle is not None, flush=True)
    time.sleep(60)
"""


def test_one_lock_one_holder(tmp_path):
    path = tmp_path / "lock"
    assert not is_locked(path)
    with held_lock(path) as first:
        assert first is not None
        assert is_locked(path)
        with held_lock(path) as second:
            assert second is None
    assert not is_locked(path)


def test_a_lock_ends_with_its_holder(tmp_path):
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "True\n"
        assert is_locked(path)
        holder.send_signal(signal.SIGKILL)
    assert not is_locked(path)


def test_a_child_holds_the_lock_on(tmp_path):
    path = tmp_path / "lock"
    with held_lock(path) as handle:
        child = subprocess.Popen(["sleep", "60"], pass_fds=[handle])
    with child:
        assert is_locked(path)
        child.kill()
    assert not is_locked(path)


def test_two_drafting_runs_exclude_each_other(tmp_path):
    with drafting_lock(tmp_path), pytest.raises(MeuError, match="another process is drafting here; wait"):
        drafting_lock(tmp_path).__enter__()
    with drafting_lock(tmp_path):
        pass


def test_a_lock_in_a_folder_that_is_gone(tmp_path):
    with pytest.raises(MeuError, match="no such file or folder"), held_lock(tmp_path / "gone" / "lock"):
        pass
