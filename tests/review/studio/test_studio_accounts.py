"""Accounts of annotators, on the shared server."""

import pytest

from meu_data.errors import MeuError
from meu_data.review import studio
from tests.review.studio.visits import asks, logs_in


@pytest.mark.parametrize(
    ("name", "username"), [("C.{}", "c.{}@localhost"), ("Mei_{}-1@Lab.example", "mei_{}-1@lab.example")]
)
def test_a_new_annotator_logs_in_and_is_one_of_the_users(label_studio, unused_name, name, username):
    annotator = studio.add_annotator(label_studio.workspace, name.format(unused_name))
    assert (annotator.username, annotator.url) == (username.format(unused_name), label_studio.url)
    assert logs_in(annotator.url, annotator.username, annotator.password)
    users = asks(label_studio.url, "/api/users/", label_studio.token).json()
    assert annotator.username in [user["email"] for user in users]


def test_passwords_are_long_and_not_alike(label_studio, unused_name):
    made = [studio.add_annotator(label_studio.workspace, f"{unused_name}-{number}").password for number in (1, 2)]
    assert made[0] != made[1]
    assert min(map(len, made)) >= 12


@pytest.mark.parametrize("name", ["ann", "ANN", "ann@localhost", "admin"])
def test_a_taken_name_is_told(label_studio, name):
    with pytest.raises(MeuError, match="has an account already; choose another name"):
        studio.add_annotator(label_studio.workspace, name)


@pytest.mark.parametrize("name", ["", " ", "a b", "李", "-x", "a@", "@b", "a@b@c", "ann\n", "x" * 300, "x@y"])
def test_a_name_that_does_not_do_is_told(label_studio, name):
    with pytest.raises(MeuError, match=r"cannot be a login|is it a proper address"):
        studio.add_annotator(label_studio.workspace, name)


def test_a_forgotten_password_is_replaced(label_studio, unused_name):
    before = studio.add_annotator(label_studio.workspace, unused_name)
    after = studio.add_annotator(label_studio.workspace, unused_name, new_password=True)
    assert not logs_in(label_studio.url, before.username, before.password)
    assert logs_in(label_studio.url, after.username, after.password)


@pytest.mark.parametrize(
    ("name", "reason"), [("nobody", "has no account yet"), ("admin", "is the administrator; the password stands in")]
)
def test_no_new_password_for(label_studio, name, reason):
    with pytest.raises(MeuError, match=reason):
        studio.add_annotator(label_studio.workspace, name, new_password=True)


def test_without_a_server_there_are_no_accounts(tmp_path):
    with pytest.raises(MeuError, match="run `meu-data studio start` first"):
        studio.add_annotator(tmp_path, "ann")
