"""Any bytes, any values: nothing is raised but the one-line error, and a changed byte is never missed."""

import io
import json
import tarfile
import tracemalloc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meu_data.checking import check
from meu_data.checking.reading.json_rows import read_lines, read_list
from meu_data.checking.rules.row_rule import row_rules
from meu_data.checking.sums import check_sums
from meu_data.errors import MeuError
from meu_data.export.formats import reader_of, readers
from meu_data.export.formats.row_view import ColumnError
from meu_data.progress import Silent
from tests.checking.conftest import data_file, read_rows, write_rows

QUICK = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
KINDS = {
    "hf": "unifer-cot",
    "webdataset": "unifer-cot",
    "unifer-json": "unifer-rlvr",
    "qwen-vl": "megc-vqa",
    "trl": "actfer",
}

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
# Words that lead into the rules, among any others.
WORDS = (
    *("<image>", "<think>", "</think>", "<answer>", "</answer>", "AU4", "LAU12 (", "（", "皱眉", "brow lowerer", ")"),
    *("no ", "Action units: ", "1. ", "What is the action unit?", "What are the action units?", "{", "}"),
    *("Micro-expression: Positive", "Is the action unit ", " shown on the face?", "<tools>\n", "\n</tools>"),
    *("<tool_call>", "</tool_call>", "<tool_response>", "candidate labels: a, b."),
)
TEXTS = st.text(max_size=30) | st.lists(st.sampled_from(WORDS), max_size=8).map("".join)
ROLES = st.sampled_from(["user", "assistant", "system", "tool", "function_call", "observation", "human", "gpt"]) | TEXTS
PARTS = st.lists(
    st.fixed_dictionaries({"type": st.sampled_from(["image", "text", "x"])}, optional={"text": TEXTS}), max_size=3
)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {},
        optional={"role": ROLES, "from": ROLES, "content": TEXTS | PARTS | JSON, "value": TEXTS, "tool_calls": JSON},
    ),
    max_size=4,
)
# A text with something in it, and a conversation that ends as it should.
SAID = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map("".join)
CONVERSATIONS = st.tuples(
    st.just("user"),
    SAID,
    st.lists(st.tuples(ROLES, SAID), max_size=2),
    SAID,
    st.sampled_from([("role", "content"), ("from", "value")]),
).map(
    lambda told: [{told[4][0]: role, told[4][1]: text} for role, text in [told[:2], *told[2], ("assistant", told[3])]]
)
CELLS = st.lists(
    st.fixed_dictionaries({"bytes": st.none() | st.binary(max_size=40), "path": st.none() | TEXTS}) | TEXTS, max_size=3
)
VALUES = {
    "images": CELLS,
    "image": CELLS,
    "image_path": TEXTS,
    "image_sha256": st.lists(st.just("0" * 64), max_size=2),
    "aus": st.lists(st.sampled_from(["AU4", "AU12", "LAU1", "x"]), max_size=3),
    "facs": st.sampled_from(["4", "L12+R12", "four", ""]),
    "emotion": st.sampled_from(["anger", "happiness", "x"]),
    "corpus": st.sampled_from(["dfme", "x"]),
    "reward_model": st.fixed_dictionaries({"ground_truth": SAID}),
    "data_source": SAID,
    "ability": SAID,
    "extra_info": st.dictionaries(st.sampled_from(["id", "aus", "solution", "split"]), JSON, max_size=3),
    "candidate_labels": st.lists(TEXTS, min_size=1, max_size=3),
}
LABELS = [
    "id",
    "subject",
    "split",
    "task",
    "coarse",
    "answer",
    "tools",
    "rejected",
    "rejected_response",
    "chosen",
    "provenance",
]


def values(name):
    """What may stand in a column: mostly what should or almost should, at times anything."""
    right = VALUES.get(name, CONVERSATIONS | SAID)
    return st.integers(0, 19).flatmap(lambda draw: JSON if draw == 0 else MESSAGES if draw == 1 else right)


ROWS = st.sampled_from(readers()).flatmap(
    lambda shape: st.fixed_dictionaries(
        {name: values(name) for name in sorted(shape.columns)},
        optional={name: values(name) for name in sorted({*VALUES, *LABELS} - shape.columns)},
    )
)


@st.composite
def damages(draw):
    """What happens to some bytes: a few are changed, a piece is lost, or put in, or the end is lost."""
    share = st.floats(0, 1, exclude_max=True)
    how = draw(st.sampled_from(["change", "lose", "insert", "cut"]))
    places = draw(st.lists(st.tuples(share, st.integers(1, 255)), min_size=1, max_size=6))
    piece = draw(st.binary(min_size=1, max_size=30))

    def apply(content):
        first = int(places[0][0] * len(content))
        if how == "cut":
            return content[:first]
        if how == "lose":
            return content[:first] + content[first + len(piece) :]
        if how == "insert":
            return content[:first] + piece + content[first:]
        changed = bytearray(content)
        for place, bits in dict(places).items():
            changed[int(place * len(content))] ^= bits
        return bytes(changed)

    return apply


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    """A folder that is written to again and again."""
    return tmp_path_factory.mktemp("scratch")


@pytest.mark.parametrize("consumer", KINDS)
def test_damage_to_a_file_of_an_export_is_always_found(exports, tmp_path_factory, consumer):
    out = tmp_path_factory.mktemp("damaged") / "out"
    sound = exports(KINDS[consumer], consumer)
    path = data_file(sound) if consumer != "webdataset" else data_file(sound, "testA")
    content = path.read_bytes()
    for file in sound.rglob("*"):
        if file.is_file():
            (out / file.relative_to(sound)).parent.mkdir(parents=True, exist_ok=True)
            (out / file.relative_to(sound)).write_bytes(file.read_bytes())
    name = path.relative_to(sound)

    @QUICK
    @given(damages())
    def damaged(damage):
        changed = damage(content)
        (out / name).write_bytes(changed)
        summary = check(out)
        found = [one for one in summary.findings if one.rule == "sums"]
        assert [one.file for one in found] == ([name.as_posix()] if changed != content else [])
        summary.model_dump_json().encode()

    damaged()


@pytest.mark.parametrize("consumer", KINDS)
def test_damage_to_a_file_without_sums_never_ends_in_anything_but_findings_or_one_line(
    exports, tmp_path_factory, consumer
):
    content = data_file(exports(KINDS[consumer], consumer)).read_bytes()
    path = tmp_path_factory.mktemp("alone") / data_file(exports(KINDS[consumer], consumer)).name

    @QUICK
    @given(damages())
    def damaged(damage):
        path.write_bytes(damage(content))
        survives(path)

    damaged()


def survives(path):
    """The summary, or None where the check ends with its one line."""
    try:
        summary = check(path)
    except MeuError as error:
        said = str(error)
    else:
        return sane(summary)
    assert "\n" not in said
    return None


def sane(summary):
    """The summary, which can be printed."""
    summary.model_dump_json().encode()
    for one in summary.findings:
        assert one.wrong.isprintable()
        assert one.file.isprintable()
        assert one.id is None or one.id.isprintable()
    assert summary.problems == sum(summary.problems_by_rule.values()) >= len(summary.findings)
    return summary


@QUICK
@given(st.sampled_from([".json", ".jsonl", ".parquet", ".tar", ""]), st.binary(max_size=2000))
def test_any_bytes(scratch, ending, content):
    path = scratch / f"any{ending}"
    path.write_bytes(content)
    survives(path)


def lenient(value):
    """Bytes and lone surrogates have no JSON; they come as escapes that have."""
    return json.dumps(value, default=lambda data: data.hex()).encode()


@settings(QUICK, max_examples=300)
@given(ROWS)
def test_any_values_in_the_columns_of_every_shape(row):
    reader = reader_of(row.keys())
    try:
        view = reader.read(row)
    except ColumnError as error:
        said = [str(error)]
    else:
        said = [wrong for rule in row_rules().values() for wrong in rule.look(view) or []]
    assert all(said)


@QUICK
@given(st.lists(ROWS, min_size=1, max_size=4), st.booleans())
def test_any_rows_of_json(scratch, rows, as_list):
    path = scratch / ("rows.json" if as_list else "rows.jsonl")
    content = [lenient(row) for row in rows]
    path.write_bytes(b"[" + b",".join(content) + b"]" if as_list else b"\n".join(content))
    survives(path)


@QUICK
@given(st.lists(JSON.map(lenient) | st.binary(max_size=50), min_size=1, max_size=5))
def test_any_lines(scratch, lines):
    path = scratch / "lines.jsonl"
    path.write_bytes(b"\n".join(lines))
    survives(path)


@QUICK
@given(st.lists(st.dictionaries(st.sampled_from(["id", "question", "response", "aus", "images"]), JSON, min_size=2)))
def test_any_columns_of_parquet(scratch, rows):
    path = scratch / "rows.parquet"
    try:
        pq.write_table(pa.Table.from_pylist(rows), path)
    except (pa.ArrowException, OverflowError, UnicodeError):
        return
    survives(path)


@QUICK
@given(st.lists(st.tuples(st.text(min_size=1, max_size=20), JSON.map(lenient) | st.binary(max_size=60)), max_size=5))
def test_any_members_of_a_tar(scratch, members):
    path = scratch / "rows.tar"
    with tarfile.open(path, "w") as tar:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            try:
                tar.addfile(info, io.BytesIO(content))
            except (ValueError, UnicodeError):
                continue
    survives(path)


@QUICK
@given(st.lists(st.binary(max_size=90), max_size=5).map(b"\n".join))
def test_any_sums(scratch, content):
    root = scratch
    (root / "SHA256SUMS").write_bytes(content)
    for finding in check_sums(root, [], [], Silent()):
        assert finding.wrong.isprintable()


@QUICK
@given(JSON)
def test_any_footer(exports, scratch, footer):
    path = scratch / "footer.parquet"
    table = pq.read_table(data_file(exports("unifer-cot")))
    for told in (footer, {"info": footer}, {"info": {"features": footer}}, {"info": {"features": {"images": footer}}}):
        pq.write_table(table.replace_schema_metadata({"huggingface": lenient(told)}), path)
        assert {one.rule for one in survives(path).findings} == {"footer"}


@QUICK
@given(st.binary(max_size=100) | JSON.map(lenient))
def test_any_dataset_info_and_any_list_of_pictures(spoilt_once, content):
    for name in ("dataset_info.json", "pictures.jsonl"):
        (spoilt_once / name).write_bytes(content)
        assert survives(spoilt_once)
        (spoilt_once / name).unlink()


@pytest.fixture(scope="module")
def spoilt_once(exports, tmp_path_factory):
    """A folder of rows without sums."""
    folder = tmp_path_factory.mktemp("beside")
    path = data_file(exports("unifer-cot", "llamafactory"))
    (folder / path.name).write_bytes(path.read_bytes())
    return folder


SANE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("indent", [None, 1])
@QUICK
@given(
    items=st.lists(SANE | st.dictionaries(st.text(max_size=5), SANE, max_size=3), max_size=9), piece=st.integers(1, 40)
)
def test_a_list_is_read_as_json_reads_it_whatever_the_pieces(indent, items, piece):
    class Slow(io.BytesIO):
        """Hands out so many bytes at a time."""

        def read(self, size=-1):
            return super().read(min(size, piece))

    content = json.dumps(items, indent=indent, ensure_ascii=False).encode()
    # What is no object is told as such.
    assert [raw.columns for raw in read_list(Slow(content))] == [
        one if isinstance(one, dict) else None for one in items
    ]


@pytest.mark.parametrize("reader", [read_lines, read_list])
def test_the_memory_for_a_file_of_json_is_that_of_a_few_rows(reader):
    row = json.dumps({"id": "a", "question": "b" * 2000}).encode()
    content = b"\n".join([row] * 10_000) if reader is read_lines else b"[" + b",".join([row] * 10_000) + b"]"
    stream = io.BytesIO(content)
    tracemalloc.start()
    assert sum(raw.columns is not None for raw in reader(stream)) == 10_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < len(content) / 2


def test_a_row_longer_than_a_piece_is_read_whole(tmp_path):
    rows = [{"question": "b" * 3_000_000 + "\N{GRINNING FACE}", "response": "c"}, {"question": "d", "response": "e"}]
    content = json.dumps(rows, ensure_ascii=False).encode()
    assert [raw.columns for raw in read_list(io.BytesIO(content))] == rows
    write_rows(tmp_path / "rows.json", rows)
    assert read_rows(tmp_path / "rows.json") == rows
    assert check(tmp_path / "rows.json").rows == {"rows": 2}


LONG = 2_000_000
HOSTILE = (
    "<tool_call>",
    "<tools>\n",
    "candidate labels: x",
    "<think>",
    "AU1, ",
    "AU9 ",
    "AU4+",
    "(",
    "1.",
    "x　",
    "<image>",
)


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("role", ["system", "user", "assistant"])
def test_the_time_for_a_long_text_is_linear(piece, role):
    """Else this would take hours."""
    texts = {"system": "s", "user": "u", "assistant": "a"} | {role: piece * (LONG // len(piece))}
    turns = [{"role": name, "content": text} for name, text in texts.items()]
    view = reader_of(["messages"]).read({"messages": turns, "aus": ["AU4"], "facs": "4" * LONG, "tools": "[" * LONG})
    for rule in row_rules().values():
        rule.look(view)
