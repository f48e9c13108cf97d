"""Answers and errors with something wrong at random: bytes, fields, whole branches, or the text inside."""

import copy
import json
import os

COUNT = int(os.environ.get("MEU_TEST_FUZZ", "240"))
"""So many mutated answers and errors, online and by batch together."""

_VALUES = [
    *(None, True, 0, -1, 2**70, 1e300, "", "\ud800", "\x00", "null", [], {}, [None], [[]], {"a": {"b": []}}),
    *("x" * 5000, "密钥", "NaN", ["x", 1], {"": ""}, float("nan"), float("inf")),
]
_CODES = (400, 402, 408, 409, 410, 413, 415, 422, 429, 499, 500, 501, 502, 503, 504, 520, 529)


def _paths(node, path=()):
    yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, child in children:
        yield from _paths(child, (*path, name))


def _changed(dice, data):
    """A copy in which one branch is another value, is gone, is in a list, or stands under another name."""
    data = copy.deepcopy(data)
    path = dice.choice([path for path in _paths(data) if path])
    node = data
    for name in path[:-1]:
        node = node[name]
    name = path[-1]
    kind = dice.randrange(4)
    if kind == 0 or (kind == 3 and isinstance(node, list)):
        node[name] = dice.choice(_VALUES)
    elif kind == 1:
        del node[name]
    elif kind == 2:
        node[name] = [node[name]]
    else:
        node[f"{name}s"] = node.pop(name)
    return data


def _bent(dice, raw):
    """Bytes with some lost, doubled or put in."""
    raw = bytearray(raw)
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(raw) + 1)
        kind = dice.randrange(4)
        if kind == 0:
            del raw[at : at + dice.choice((1, 3, 50, 5000))]
        elif kind == 1:
            raw[at:at] = bytes(dice.randrange(256) for _ in range(dice.choice((1, 4))))
        elif kind == 2:
            raw[at:at] = raw[at : at + 200]
        else:
            raw[at:at] = dice.choice((b"\x00", b'"', b"{", b"}", b"[", b"\\", b"\xef\xbb\xbf", b"</think>", b"```"))
    return bytes(raw)


def mutated(dice, data, place):
    """The bytes of an answer with something wrong; `place` is the path of its text."""
    kind = dice.randrange(4)
    if kind == 0:
        data = copy.deepcopy(data)
        node = data
        for name in place[:-1]:
            node = node[name]
        inner = json.loads(node[place[-1]])
        text = json.dumps(_changed(dice, inner)) if dice.random() < 0.6 else _bent(dice, json.dumps(inner).encode())
        node[place[-1]] = text if isinstance(text, str) else text.decode("utf-8", "replace")
    elif kind == 1:
        return _bent(dice, json.dumps(data).encode())
    else:
        for _ in range(dice.randrange(1, 4)):
            data = _changed(dice, data) if data else data
    return json.dumps(data).encode()


def mutated_error(dice):
    """(code, bytes) of a refusal with something wrong."""
    code = dice.choice(_CODES)
    error = {
        "error": {
            "code": code,
            "status": "X",
            "message": f"no {dice.randrange(10**6):x}",
            "details": [{"@type": "t", "retryDelay": "0.01s"}, {"violations": [{"quotaId": "PerMinute"}]}],
        }
    }
    changed = _changed(dice, error)
    return code, json.dumps(changed).encode() if dice.random() < 0.6 else _bent(dice, json.dumps(error).encode())
