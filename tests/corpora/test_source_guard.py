"""What a user says of a sheet, what is recognised, and what is not replaced."""

import pytest

from meu_data.corpora import grids, held_grids, sheets
from meu_data.corpora.corpus import find_corpus
from meu_data.corpora.encodings import encoding_of
from meu_data.corpora.listing import corpora
from meu_data.corpora.sheets import Asked
from meu_data.errors import MeuError, SheetError
from tests import ROOT
from tests.corpora.conftest import HEADER

CASME2 = [
    "Subject",
    "Filename",
    None,
    "OnsetFrame",
    "ApexFrame",
    "OffsetFrame",
    None,
    "Action Units",
    "Estimated Emotion",
]


def rows_of(corpus, count):
    for number in range(count):
        corpus.clip(f"sub{number:04d}_01")
    return [corpus.row(f"sub{number:04d}_01", f"sub{number:04d}") for number in range(count)]


def test_a_wrong_sheet_changes_nothing_and_is_named(corpus):
    corpus.extract(corpus.xlsx(rows_of(corpus, 4)))
    before = corpus.dump()
    wrong = [["01", f"EP02_0{number}f", None, 46, 59, 86, None, "4", "others"] for number in range(1, 5)]
    sheet = corpus.xlsx(wrong, header=CASME2, name="wrong.xlsx")
    with pytest.raises(MeuError, match=r"no row of it is usable .*this looks like CASME II: --corpus casme2") as caught:
        corpus.extract(sheet, yes=False)
    assert "--yes" in str(caught.value)
    assert corpus.dump() == before
    assert corpus.extract(sheet, yes=True).removed == 4


@pytest.mark.parametrize(("kept", "accepted"), [(4, True), (2, True), (1, False), (0, False)])
def test_more_than_half_of_the_samples_do_not_go_unasked(corpus, kept, accepted):
    rows = rows_of(corpus, 4)
    corpus.extract(corpus.xlsx(rows))
    before, sheet = corpus.dump(), corpus.xlsx(rows[:kept], name="less.xlsx")
    if accepted:
        assert corpus.extract(sheet, yes=False).removed == 4 - kept
    else:
        with pytest.raises(MeuError, match="so nothing was changed"):
            corpus.extract(sheet, yes=False)
        assert corpus.dump() == before


def test_a_dry_run_says_what_was_understood_and_stores_nothing(corpus):
    said = []
    sheet = corpus.xlsx(rows_of(corpus, 2))
    summary = corpus.extract(sheet, dry_run=True, show=said.append)
    assert corpus.samples() == []
    assert (summary.dry_run, summary.samples, summary.added) == (True, 0, 0)
    (seen,) = said
    assert seen.columns["ApexFrame"] == "D ApexFrame"
    assert [row["clip"] for row in seen.first_rows] == ["sub0000_01", "sub0001_01"]
    assert (seen.sheet, seen.header_row, seen.emotions) == ("Sheet1", 1, {"happiness": 2})
    assert any("fits 2 of 2 clips" in line for line in seen.sentences())


@pytest.mark.parametrize("name", ["DFME", "Dfme", " dfme ", "auto"])
def test_a_corpus_is_named_in_any_case_or_recognised(corpus, name):
    summary = corpus.extract(corpus.xlsx(rows_of(corpus, 2)), corpus=name)
    assert (summary.corpus, summary.samples) == ("dfme", 2)


def test_a_sheet_of_nobody_is_not_recognised(corpus):
    with pytest.raises(MeuError, match="of no corpus known here"):
        corpus.extract(corpus.xlsx([["p", "c", 0, 4, 9, "fear", "1"]]), corpus="auto")


def test_only_certain_aus_count_when_asked(corpus):
    rows = rows_of(corpus, 1)
    rows[0][6] = "4+ref(43)+L12 or L14+7?"
    sheet = corpus.xlsx(rows)
    corpus.extract(sheet)
    assert [au.number for au in corpus.samples()[0].aus] == [4, 43, 12, 14, 7]
    corpus.extract(sheet, au_reading="certain")
    (sample,) = corpus.samples()
    assert ([au.number for au in sample.aus], [au.number for au in sample.aus_left_out]) == ([4], [43, 12, 14, 7])
    assert (sample.au_reading, sample.aus_written) == ("certain", "4+ref(43)+L12 or L14+7?")


TOML = """
[table]
columns = {Filename = "material", OnsetFrame = "B", ApexFrame = "", OffsetFrame = "C", Emotion = "label"}
constants = {Fps = 200}
parts = {Subject = ["Filename", "^([a-z0-9]+)_"]}
emotions = {0 = "negative", 1 = "positive", 2 = "surprise"}
"""


def test_a_table_of_ones_own_is_mapped_in_meu_toml(corpus):
    corpus.clip("sub0001_01", numbers=(0, 9))
    corpus.workspace.mkdir()
    (corpus.workspace / "meu.toml").write_text(TOML)
    sheet = corpus.csv([["sub0001_01", 0, 9, 2]], header=("material", "first", "last", "label"))
    summary = corpus.extract(sheet, corpus="table")
    (sample,) = corpus.samples()
    assert sample.id == "table/sub0001/sub0001_01/0"
    assert (sample.apex, sample.offset, sample.fps, sample.emotion, sample.aus) == (None, 9, 200, "surprise", None)
    assert summary.understood.columns["Subject"] == "a part of Filename"
    assert summary.understood.columns["Fps"] == "always 200"


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (Asked(sheet="label"), "there is no worksheet 'label'; it has Sheet1"),
        (Asked(header_row=3), "no header in row 3"),
        (Asked(columns={"ApexFrame": "ZZ"}), "names the column ApexFrame"),
        (Asked(columns={"Peak": "A"}), "there is no column 'Peak'"),
        (Asked(parts={"Subject": ("Filename", "(")}), "is no pattern"),
        (Asked(parts={"Subject": ("Filename", "a")}), "must have one group"),
        (Asked(frames=("{clip",)), "the frame pattern"),
    ],
)
def test_what_cannot_be_so_is_told(corpus, asked, reason):
    with pytest.raises(MeuError) as caught:
        corpus.extract(corpus.xlsx(rows_of(corpus, 1)), asked=asked)
    assert reason in str(caught.value)


def test_the_sheet_and_a_column_may_be_told(corpus):
    corpus.clip("sub0001_01", numbers=(0, 3, 4, 9))
    header = [*HEADER, "Apex"]
    sheet = corpus.xlsx([[*corpus.row(), 3]], header=header, title="label")
    with pytest.raises(SheetError, match="--column ApexFrame=LETTER"):
        corpus.extract(sheet)
    corpus.extract(sheet, asked=Asked(sheet="LABEL", columns={"ApexFrame": "H"}))
    assert corpus.samples()[0].apex == 3


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        ("sub01", "ascii", "UTF-8"),
        ("被试", "utf-8", "UTF-8"),
        ("被试", "utf-8-sig", "UTF-8"),
        ("被试", "utf-16", "UTF-16"),
        ("被试 高兴", "gb18030", "GB18030 (everyday Chinese; --encoding if it is not)"),
    ],
)
def test_an_encoding_is_told(tmp_path, text, encoding, told):
    (tmp_path / "s.csv").write_bytes(f"Subject,Filename\n{text},1".encode(encoding))
    assert encoding_of(tmp_path / "s.csv").told == told


@pytest.mark.parametrize(
    ("text", "encoding", "candidates"),
    [
        ("Müller", "cp1252", ["gb18030 ('M黮ler')", "cp1252 ('Müller')"]),
        ("被試01", "big5", ["gb18030 ('砆刚01')", "big5 ('被試01')"]),
        ("José", "cp1252", ["cp1252 ('José')"]),
        ("被", "gb18030", ["gb18030 ('被')"]),
    ],
)
def test_a_doubtful_encoding_is_refused_with_candidates(tmp_path, text, encoding, candidates):
    path = tmp_path / "s.csv"
    path.write_bytes(f"Subject,Filename\n{text},1".encode(encoding))
    with pytest.raises(SheetError, match="--encoding") as caught:
        encoding_of(path)
    assert [one for one in candidates if one not in str(caught.value)] == []
    assert encoding_of(path, encoding).codec
    with pytest.raises(SheetError, match="not in ascii"):
        encoding_of(path, "ascii")
    with pytest.raises(SheetError, match="no encoding 'klingon'"):
        encoding_of(path, "klingon")


def test_every_corpus_is_listed_with_what_can_be_said_of_it():
    listed = {one.name: one for one in corpora().corpora}
    assert list(listed) == [
        "dfme",
        "casme",
        "casme2",
        "casmesq",
        "casme3",
        "casme3c",
        "samm",
        "sammlv",
        "smic",
        "mmew",
        "4dme",
        "table",
    ]
    assert [name for name, one in listed.items() if not one.verified] == ["4dme"]
    assert all(find_corpus(name).patterns() for name in listed if name != "table")
    # Published or counted totals, as docs/corpora.md gives them with their sources.
    rows = {name: one.released[0].rows for name, one in listed.items() if one.released}
    expected = {"dfme": 1856, "casme": 193, "casme2": 255, "casmesq": 357, "casme3": 860, "casme3c": 165, "samm": 159}
    assert rows == expected | {"sammlv": 502, "smic": 157, "mmew": 300}
    for one in listed.values():
        for sheet in one.released:
            assert sum(sheet.emotions.values()) in (0, sheet.expressions), sheet.edition
            assert sum(sheet.kinds.values()) in (0, sheet.expressions), sheet.edition


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_sheet_that_is_recognised_is_opened_once(corpus, monkeypatch, kind):
    opened = []
    real = grids.grids
    monkeypatch.setattr(held_grids, "grids", lambda *args: opened.append(args) or real(*args))
    monkeypatch.setattr(sheets, "grids", lambda *args: opened.append(args) or real(*args))
    summary = corpus.extract(getattr(corpus, kind)(rows_of(corpus, 2)), corpus="auto")
    assert (summary.corpus, summary.samples, len(opened)) == ("dfme", 2, 1)


def test_damage_further_down_is_told_to_everybody_who_comes_so_far(corpus):
    path = corpus.csv([*rows_of(corpus, 2)])
    path.write_text(path.read_text() + '"unclosed\n')
    held = held_grids.held_grids(path)
    for _ in range(2):
        with pytest.raises(SheetError, match="correct its quotes"):
            list(held[0].rows())


def test_the_documentation_has_the_layouts_and_counts_of_all():
    text = (ROOT / "docs" / "corpora.md").read_text(encoding="utf-8")
    for one in corpora().corpora:
        assert f"`{one.name}`" in text or one.name == "table"
        assert [path for path in one.frames if f"- `{path}`\n" not in text] == []
        for released in one.released:
            (line,) = [line for line in text.splitlines() if line.startswith(f"| {released.edition} |")]
            counts = [f"{name} {count}" for name, count in (released.kinds | released.emotions).items()]
            assert f"| {released.rows:,} |" in line
            assert [told for told in counts if told not in line] == []
