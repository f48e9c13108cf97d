"""Who listens on a port."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from meu_data.errors import MeuError
from meu_data.review.studio.loopback import check_port_is_free, current_folder, has_open, listening_ports


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
    assert not has_open(process.pid, Path(__file__))


def test_a_process_is_known_by_a_file_that_it_has_open(tmp_path):
    """Where it is may change: Label Studio's own threads move it about."""
    with (tmp_path / "lock").open("w"):
        assert has_open(os.getpid(), tmp_path / "lock")
    assert not has_open(os.getpid(), tmp_path / "lock")
