"""Drafting online: requests per second beside the bare SDK, memory, and how soon a finished corpus is found finished.

    python benchmarks/drafting.py [--samples 1500] [--drafts 10000] [--finished 50000]

The service is a loopback server that answers at once, in a process of its own. Both sides send the same 100 KB
pictures and the same words, 64 at a time, in turns; the bare SDK keeps no ledger, reads no answer and checks nothing.
"""

import argparse
import asyncio
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from meu_data.drafting.online.stage import draft_online  # noqa: E402
from meu_data.drafting.requests.answers import Answer  # noqa: E402
from meu_data.drafting.requests.spec import RequestSettings, request_settings  # noqa: E402
from meu_data.drafting.requests.worklist import Worklist  # noqa: E402
from meu_data.grounding.verify import store_grounding  # noqa: E402
from meu_data.records import Draft  # noqa: E402
from meu_data.store.requests import put_request, set_state  # noqa: E402
from meu_data.store.workspace import Workspace  # noqa: E402
from tests.drafting.online.samples import good_answer, make_workspace  # noqa: E402

CONCURRENCY = 64
PICTURE = b"\x89PNG\r\n\x1a\n" + os.urandom(100_000)


async def serve() -> None:
    """Answers every request at once; as little work as can be."""
    body = json.dumps(
        {
            "candidates": [
                {"content": {"role": "model", "parts": [{"text": good_answer("SAMPLE")}]}, "finishReason": "STOP"}
            ],
            "usageMetadata": {"promptTokenCount": 2000, "candidatesTokenCount": 600},
            "responseId": "r",
        }
    ).encode()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                found = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
                sent = await reader.readexactly(int(found[1]) if found else 0)
                start = sent.index(b"Sample id: ") + 11
                said = body.replace(b"SAMPLE", sent[start : sent.index(b"\\n", start)])
                head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(said)
                writer.write(head + said)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, limit=1 << 24)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def ours(root: Path, samples: int, settings: RequestSettings) -> tuple[float, float, float]:
    """Requests per second while calls go out, and over the whole run with its beginning and all grounding; CPU s."""
    with make_workspace(root, samples, PICTURE) as workspace:
        start, busy = time.perf_counter(), time.process_time()
        summary = draft_online(workspace, settings, concurrency=CONCURRENCY)
        whole, busy = time.perf_counter() - start, time.process_time() - busy
        ((first, last),) = workspace.ledger.db.rows("SELECT min(opened), max(opened + latency_s) FROM attempts")
    assert summary.drafted == samples, summary
    return samples / (last - first), samples / whole, busy


def bare(root: Path, samples: int, settings: RequestSettings) -> tuple[float, float]:
    """The SDK as its own documentation uses it: pydantic config, parsed answer; client and warm-up not counted.

    Requests per second, and CPU s.
    """
    import httpx2
    from google import genai
    from google.genai import types

    with make_workspace(root, samples, PICTURE) as workspace:
        work = list(Worklist(workspace, settings))
        pictures = [workspace.root / item.motion.map_file for item in work]

    async def run() -> tuple[float, float]:
        limits = httpx2.Limits(max_connections=CONCURRENCY, max_keepalive_connections=CONCURRENCY)
        client = genai.Client(api_key="bench", http_options=types.HttpOptions(async_client_args={"limits": limits}))
        pairs = iter(zip(work, pictures, strict=True))

        async def worker() -> None:
            for item, picture in pairs:
                spec = item.spec
                await client.aio.models.generate_content(
                    model=spec.model,
                    contents=[types.Part.from_bytes(data=picture.read_bytes(), mime_type="image/png"), spec.text],
                    config=types.GenerateContentConfig(
                        system_instruction=spec.system,
                        temperature=spec.temperature,
                        seed=spec.seed,
                        max_output_tokens=spec.max_output_tokens,
                        media_resolution=types.MediaResolution.MEDIA_RESOLUTION_MEDIUM,
                        thinking_config=types.ThinkingConfig(thinking_level=types.ThinkingLevel.LOW),
                        response_mime_type="application/json",
                        response_json_schema=spec.response_schema,
                    ),
                )

        start, busy = time.perf_counter(), time.process_time()
        await asyncio.gather(*(worker() for _ in range(CONCURRENCY)))
        seconds, busy = time.perf_counter() - start, time.process_time() - busy
        await client.aio.aclose()
        return samples / seconds, busy

    return asyncio.run(run())


def finished(root: Path, samples: int, settings: RequestSettings) -> Workspace:
    """A workspace in which every sample is drafted, as a run leaves it."""
    workspace = make_workspace(root, samples, b"\x89PNG small")
    ledger = workspace.ledger
    annotation = Answer.model_validate_json(good_answer("x")).annotation()
    first = None
    with ledger.transaction():
        for work in Worklist(workspace, settings):
            put_request(ledger, work.key, work.sample.id, settings.model, settings.lang, work.inputs)
            set_state(ledger, work.key, "done")
            draft = {
                "sample_id": work.sample.id,
                "model": settings.model,
                "lang": settings.lang,
                "prompt_sha256": work.key,
                "response_id": "r",
                "recipe": settings.recipe,
                "map_sha256": work.motion.map_sha256,
                "annotation": annotation,
            }
            made = Draft.model_validate(draft)
            ledger.store_draft(made, work.key)
            if first is None:
                first = store_grounding(ledger, work.sample, work.motion, made)
            else:
                bound = (work.sample.id, settings.model, settings.lang, "i", first.score, first.model_dump_json())
                ledger.db.execute("INSERT INTO grounding VALUES (?, ?, ?, ?, ?, ?)", bound)
    return workspace


def peak_of(samples: int) -> float:
    """The peak memory of a process that drafts so many samples, MB."""
    words = [sys.executable, __file__, "--peak", str(samples)]
    return float(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def peak(samples: int, settings: RequestSettings) -> float:
    """Drafts so many samples in this process; returns its peak memory, MB."""
    with tempfile.TemporaryDirectory() as folder, make_workspace(Path(folder), samples, PICTURE) as workspace:
        summary = draft_online(workspace, settings, concurrency=CONCURRENCY)
    assert summary.drafted == samples, summary
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--drafts", type=int, default=10_000, help="so many are drafted to see that memory stays flat")
    parser.add_argument("--finished", type=int, default=50_000)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--peak", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        asyncio.run(serve())
        return
    settings = request_settings("gemini", lang="en", recipe="mellm")
    if chosen.peak:
        print(peak(chosen.peak, settings))
        return
    with (
        subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        assert server.stdout is not None
        os.environ["GOOGLE_GEMINI_BASE_URL"] = server.stdout.readline().strip()
        os.environ["GEMINI_API_KEY"] = "bench-key"
        rates: dict[str, list[float]] = {"bare SDK": [], "ours": [], "whole run": []}
        bare_cpu: list[float] = []
        our_cpu: list[float] = []
        # Imports and first-time work are paid before the clock starts.
        bare(Path(folder) / "warm1", 20, settings)
        ours(Path(folder) / "warm2", 20, settings)
        for turn in range(chosen.rounds):
            calls, busy = bare(Path(folder) / f"bare{turn}", chosen.samples, settings)
            rates["bare SDK"].append(calls)
            bare_cpu.append(busy)
            calls, whole, busy = ours(Path(folder) / f"ours{turn}", chosen.samples, settings)
            rates["ours"].append(calls)
            rates["whole run"].append(whole)
            our_cpu.append(busy)
        if chosen.drafts:
            few, many = peak_of(1000), peak_of(chosen.drafts)
            print(f"peak memory: {few:.0f} MB at 1,000 drafts, {many:.0f} MB at {chosen.drafts:,}")
        server.kill()
        best = {name: max(found) for name, found in rates.items()}
        for name, found in rates.items():
            print(f"{name:10} {max(found):7.1f} requests/s  (" + ", ".join(f"{rate:.1f}" for rate in found) + ")")
        print(f"ours / bare SDK: {best['ours'] / best['bare SDK']:.2f}  (target 0.9)")
        ratio = best["whole run"] / best["bare SDK"]
        print(f"whole run, with start-up, grounding and shut-down: {ratio:.2f}  (target 0.85)")
        print(
            f"the same in CPU time, which a busy machine does not change: {min(bare_cpu) / min(our_cpu):.2f}"
            f"  ({1000 * min(bare_cpu) / chosen.samples:.2f} ms a request of the bare SDK,"
            f" {1000 * min(our_cpu) / chosen.samples:.2f} ms of ours)"
        )
        if chosen.finished:
            with finished(Path(folder) / "finished", chosen.finished, settings) as workspace:
                before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                start, busy = time.perf_counter(), time.process_time()
                summary = draft_online(workspace, settings)
                seconds, busy = time.perf_counter() - start, time.process_time() - busy
                grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            assert (summary.fresh, summary.calls) == (chosen.finished, 0), summary
            print(
                f"{chosen.finished} finished samples found so in {seconds:.2f} s (target 2), {busy:.2f} s of it busy,"
                f" {grown:.0f} MB more"
            )


if __name__ == "__main__":
    main()
