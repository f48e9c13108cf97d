"""Pages of queries: every row once and in order, whatever is written meanwhile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meu_data.store import database
from meu_data.store.database import Database


@pytest.fixture
def numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "PAGE", 3)
    opened = Database(tmp_path / "meu.db")
    with opened.transaction():
        opened.execute("CREATE TABLE numbers (tens TEXT, ones TEXT, odd INTEGER, PRIMARY KEY (tens, ones))")
        for number in range(10, 40):
            opened.execute("INSERT INTO numbers VALUES (?, ?, ?)", (str(number // 10), str(number % 10), number % 2))
    yield opened
    opened.connection.close()


@pytest.mark.parametrize("limit", [None, 0, 1, 2, 3, 4, 6, 15, 16, 99])
def test_every_row_comes_once_and_in_order(numbers, limit):
    query = "SELECT tens, ones FROM numbers WHERE odd = ?"
    pages = list(numbers.pages(query, (1,), key="tens, ones", limit=limit))
    expected = [(str(tens), str(ones)) for tens in (1, 2, 3) for ones in (1, 3, 5, 7, 9)][:limit]
    assert [row for page in pages for row in page] == expected
    assert all(0 < len(page) <= 3 for page in pages)


def test_a_page_may_be_written_to_before_the_next_is_read(numbers):
    found = []
    for page in numbers.pages("SELECT tens, ones FROM numbers WHERE 1", key="tens, ones"):
        found += page
        with numbers.transaction():
            for tens, ones in page:
                numbers.execute("DELETE FROM numbers WHERE tens = ? AND ones = ?", (tens, ones))
    assert len(found) == len(set(found)) == 30
    assert numbers.value("SELECT count(*) FROM numbers") == 0


def test_numbered_and_plain_question_marks(numbers):
    """A query that binds ?1 twice goes on with plain ones."""
    query = "SELECT tens, ones FROM numbers WHERE (?1 IS NULL OR tens = ?1) AND odd = ?2"
    found = [row for page in numbers.pages(query, ("2", 0), key="tens, ones") for row in page]
    assert found == [("2", ones) for ones in "02468"]


@given(ids=st.sets(st.text(min_size=1, max_size=4).filter(lambda text: text.isprintable()), max_size=12))
def test_ids_of_any_script(tmp_path_factory, ids):
    opened = Database(tmp_path_factory.mktemp("ids") / "meu.db")
    with opened.transaction():
        for identifier in ids:
            opened.execute("INSERT INTO samples VALUES (?, 'c', 's', '{}')", (identifier,))
    found = [row[0] for page in opened.pages("SELECT id FROM samples WHERE 1", key="id") for row in page]
    assert found == sorted(ids, key=lambda text: text.encode())
    opened.connection.close()


def test_a_query_without_rows(numbers):
    assert numbers.value("SELECT tens FROM numbers WHERE odd = 7") is None
    assert list(numbers.pages("SELECT tens, ones FROM numbers WHERE odd = 7", key="tens, ones")) == []
