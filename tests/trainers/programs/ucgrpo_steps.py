"""Runs the recipe for UC-GRPO, two steps on a CPU with a tiny model, whose answers are planted.

Usage: python ucgrpo_steps.py OUT_FOLDER RECIPE.py

A random model calls no tool, so what it says is written here: it inspects the face, looks closer where it may, and half
the time knows the answer after a look that shows something. All else is the real thing: TRL's loop, its chat template
and its parser, the environment, the rewards, the trainer, loss and gradients of the model.
"""

import re
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import trl_recipes
from telling import tell
from transformers.utils import get_json_schema

from meu_data.training import UCGRPOTrainer

SMALLER = trl_recipes.SMALLER | {
    r"num_generations=\d+": "num_generations=4",
    r"gradient_accumulation_steps=\d+": "gradient_accumulation_steps=4",
    r"max_completion_length=\d+": "max_completion_length=3000",
}
BOX = re.compile(r'"bbox": (\[[^\]]*\])')


def call(thought: str, tool: str, arguments: str) -> str:
    """A turn that calls a tool, as Qwen3-VL writes it."""
    called = f'{{"name": "{tool}", "arguments": {arguments}}}'
    return f"<think>{thought}</think>\n<tool_call>\n{called}\n</tool_call><|im_end|>"


class Planted(UCGRPOTrainer):
    """Says what is planted, and keeps what was made of it."""

    batches: ClassVar[list[dict[str, Any]]] = []

    def _generate_single_turn(self, prompt_ids: list[list[int]], *_: Any, **__: Any) -> tuple[list[list[int]], None]:
        texts = [self._says(number, self._tokenizer.decode(ids)) for number, ids in enumerate(prompt_ids)]
        return [self._tokenizer.encode(text, add_special_tokens=False) for text in texts], None

    def _says(self, number: int, before: str) -> str:
        answers = before.split("<tool_response>")[1:]
        may_zoom = '"name": "zoom"' in before.partition("\n</tools>")[0]
        if not answers:
            return call("Where is the face?", "detect_face", '{"image": 1}')
        if len(answers) == 1:
            return call("I level it.", "align_face", f'{{"bbox": {BOX.search(answers[0])[1]}}}')
        if may_zoom and len(answers) == 2:
            return call("I look closer.", "zoom", '{"bbox": [0, 0, 64, 64]}' if number % 2 else '{"region": "nowhere"}')
        if may_zoom:
            return f"<think>AU12</think><answer>{self._truth if number % 2 else 'fear'}</answer><|im_end|>"
        return f"<think>AU12</think>{'<answer>fear</answer>' if number % 2 else 'fear'}<|im_end|>"

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> dict[str, Any]:
        (self._truth,) = {row["emotion"] for row in inputs}
        batch = super()._generate_and_score_completions(inputs)
        self.batches.append(
            {
                "shape": list(batch["advantages"].shape),
                "credited": [
                    list(self._credited(row, ids))
                    for row, ids in zip(self.credits, batch["completion_ids"], strict=True)
                ],
                "credit": [sorted(set(row[row != 0])) for row in self.credits],
                "utilities": list(self.utilities),
                "tools": [
                    [message["name"] for message in one if message["role"] == "tool"] for one in self._completions
                ],
                "emotions": [row["emotion"] for row in inputs],
                "rewards": self._rewards.tolist(),
            }
        )
        return batch

    def _credited(self, row: Any, ids: Any) -> Iterator[str]:
        """The text of each run of tokens with credit."""
        run: list[int] = []
        for value, token in zip([*row, 0.0], [*ids.tolist(), 0], strict=True):
            if value:
                run.append(token)
            elif run:
                yield self._tokenizer.decode(run)
                run = []


def read(folder: Path, recipe: Path) -> dict[str, Any]:
    """The trainer's log, what each batch was given, and by how much each part of the model moved."""
    text = recipe.read_text(encoding="utf-8")
    for pattern, smaller in SMALLER.items():
        text = re.sub(pattern, smaller, text)
    text = re.sub(r"output_dir=\"[^\"]+\"", lambda _: f"output_dir={str(folder)!r}", text)
    text = text.replace("UCGRPOTrainer(", "Planted(")
    folder.mkdir()
    program = folder / recipe.name
    program.write_text(text, encoding="utf-8")
    trainer = runpy.run_path(str(program), init_globals={"Planted": Planted})["trainer"]
    log = trainer.state.log_history
    moved = sum(float(p.abs().sum()) for name, p in trainer.model.named_parameters() if "lora_B" in name)
    return {
        "steps": trainer.state.global_step,
        "log": log,
        "batches": Planted.batches,
        "mean": trainer.emotion_mean.by_emotion,
        "moved": moved,
        "schemas": {name: [get_json_schema(one) for one in tools] for name, tools in trainer._env_tools.items()},
        "parted": [one[-1].get("reasoning_content") for one in trainer._completions],
    }


if __name__ == "__main__":
    tell(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]], read)
