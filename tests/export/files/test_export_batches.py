"""Rows to Arrow: equal to what pyarrow makes of them itself, also where memory is used again."""

import random

import pyarrow as pa
import pytest

from meu_data.export.files.arrow_batches import Batch, Blocks, Columns

PICTURE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("images", pa.list_(PICTURE)),
        ("thumb", pa.binary()),
        ("aus", pa.list_(pa.string())),
        ("inner", pa.struct([("deep", pa.list_(pa.list_(pa.binary()))), ("number", pa.int64())])),
        ("score", pa.float64()),
    ]
)


def wild(kind: pa.DataType, chance: random.Random):
    """Any value of a column of this type; null now and then."""
    if chance.random() < 0.2:
        return None
    if pa.types.is_list(kind):
        return [wild(kind.value_type, chance) for _ in range(chance.randrange(4))]
    if pa.types.is_struct(kind):
        return {field.name: wild(field.type, chance) for field in kind if chance.random() < 0.9}
    if pa.types.is_binary(kind):
        return chance.randbytes(chance.randrange(40))
    if pa.types.is_string(kind):
        return chance.choice(("", "a", "眉", "AU12"))
    return chance.randrange(9)


def content(batch: Batch) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(batch.arrays)


@pytest.mark.parametrize("seed", range(20))
def test_a_batch_is_what_pyarrow_makes_of_the_rows(seed):
    chance, blocks = random.Random(seed), Blocks(100)
    for size in (chance.randrange(12), 0, 1, 40):
        rows = [
            {field.name: wild(field.type, chance) for field in SCHEMA if chance.random() < 0.9} for _ in range(size)
        ]
        batch = Columns(SCHEMA).batch(rows, blocks)
        made = content(batch)
        made.validate(full=True)
        assert made.to_pylist() == pa.RecordBatch.from_pylist(rows, schema=SCHEMA).to_pylist()
        batch.release()


def test_batches_that_are_held_at_the_same_time_share_no_memory():
    blocks, schema = Blocks(8), pa.schema([("picture", pa.binary())])
    first = Columns(schema).batch([{"picture": b"aaaa"}], blocks)
    second = Columns(schema).batch([{"picture": b"bbbb"}], blocks)
    assert content(first).to_pylist() == [{"picture": b"aaaa"}]
    second.release()
    third = Columns(schema).batch([{"picture": b"cccc"}], blocks)
    assert content(first).to_pylist() == [{"picture": b"aaaa"}]
    assert content(third).to_pylist() == [{"picture": b"cccc"}]


@pytest.mark.parametrize(("size", "kept"), [(8, True), (9, False)])
def test_only_memory_of_the_usual_size_is_kept(size, kept):
    blocks = Blocks(8)
    taken = blocks.take(size)
    blocks.give_back(taken)
    assert (blocks.take(8) is taken) == kept


def test_a_value_of_another_type_is_refused():
    with pytest.raises((pa.ArrowInvalid, pa.ArrowTypeError, TypeError)):
        Columns(SCHEMA).batch([{"id": 1}], Blocks(8))
