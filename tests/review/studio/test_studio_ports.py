"""Who listens on a port, and who holds a lock."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from meu_data.errors import MeuError
from meu_data.review.studio.ports import check_port_is_free, current_folder, listening_ports
from meu_data.store.locks import held_lock, is_locked

HOLD = """
import sys, time
from pathlib import Path
from meu_data.store.locks import held_lock
with held_lock(Path(sys.argv[1])) as handle:
    print(handle is not None, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_taken_port_is_told_with_its_holder(address):
    with socket.create_server((address, 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(MeuError, match=rf"port {port} is taken by .* \(process {os.getpid()}\); choose another"):
            check_port_is_free(port)
        assert port in listening_ports(os.getpid())
    check_port_is_free(port)
    assert port not in listening_ports(os.getpid())


def test_a_port_with_remains_of_connections_is_free():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), listener.accept()[0]:
            pass
    check_port_is_free(port)


def test_a_process_that_is_gone_listens_nowhere():
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    assert listening_ports(process.pid) == frozenset()
    assert current_folder(process.pid) is None


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
