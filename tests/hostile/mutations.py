"""What becomes of sound inputs: bytes are changed, values replaced by others; all by a seed."""

import json
from random import Random
from typing import Any

# Each has broken some program.
TOKENS = [
    *(b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n\n", b'"', b"'", b",,,,", b"{", b"[" * 3000, b"<", b"&#0;"),
    *(b"../../x", b"/etc/passwd", b"C:\\x", b"NaN", b"1e400", b"-1", b"9" * 5000, b"null", b"\xed\xa0\x80"),
    *("画面\u202e".encode(), b"\xd6\xd0\xce\xc4", b"M\xfcller", b"=1+1", b"A" * 70_000, b"\x7fELF", b"%s%n"),
    *(b"--help", b"$(id)", b"\x1b[2J"),
]
_RAW = "\0raw\0"
# As JSON spells them.
VALUES = [
    *("null", "true", "false", "0", "-1", "1e400", "-1e400", "9" * 5000, "1" + "0" * 30, "0.5", "NaN", "Infinity"),
    *("[]", "{}", "[" * 2000 + "]" * 2000, '{"a":' * 1500 + "1" + "}" * 1500, '["a","a"]', '{"": 1}'),
    *('""', '"x"', '"\\ud800"', '"\\u0000"', '"../../x"', '"/etc/passwd"', '"' + "x" * 100_000 + '"', '"\\u001b[2J"'),
    '"9999-12-31T23:59:59-23:59"',
]


def bytes_of(random: Random, data: bytes) -> bytes:
    """The bytes after one to three mishaps."""
    for _ in range(random.randint(1, 3)):
        at, length = random.randrange(len(data) + 1), random.randint(1, 40)
        kind = random.choice(("flip", "lose", "insert", "cut", "repeat", "swap"))
        if kind == "flip" and data:
            at = min(at, len(data) - 1)
            data = data[:at] + bytes([data[at] ^ random.randint(1, 255)]) + data[at + 1 :]
        elif kind == "lose":
            data = data[:at] + data[at + length :]
        elif kind == "insert":
            data = data[:at] + random.choice(TOKENS) + data[at:]
        elif kind == "cut" and random.random() < 0.3:
            data = data[:at]
        elif kind == "repeat":
            data = data[:at] + data[at : at + length] * random.randint(2, 50) + data[at + length :]
        else:
            other = random.randrange(len(data) + 1)
            data = data[:at] + data[other : other + length] + data[at + length :]
    return data


def json_of(random: Random, value: Any) -> str:
    """A JSON text of the value, in which one to three parts are others, are gone, or are there too much."""
    value = json.loads(json.dumps(value))
    raws: list[str] = []
    for _ in range(random.randint(1, 3)):
        value = _spoilt(random, value, raws)
    text = json.dumps(value, ensure_ascii=random.random() < 0.5)
    for number, raw in enumerate(raws):
        text = text.replace(json.dumps(f"{_RAW}{number}"), raw)
    return text


def _spoilt(random: Random, value: Any, raws: list[str]) -> Any:
    if isinstance(value, dict | list) and value and random.random() < 0.85:
        places = list(value) if isinstance(value, dict) else range(len(value))
        place = random.choice(list(places))
        if random.random() < 0.15:
            value.pop(place)
        else:
            value[place] = _spoilt(random, value[place], raws)
        if isinstance(value, dict) and random.random() < 0.05:
            value["unheard of"] = 1
        return value
    raws.append(random.choice(VALUES))
    return f"{_RAW}{len(raws) - 1}"
