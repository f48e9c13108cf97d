"""Training recipes: what they say, that they can be parsed, and where they may be written."""

import ast
import json

import pytest
from typer.testing import CliRunner

from meu_data import rewards
from meu_data.cli import app
from meu_data.errors import MeuError
from meu_data.export import export
from tests.export.faces import fill_for

MELLM = {"lora_rank": 64, "lora_alpha": 64, "learning_rate": 1e-4, "lr_scheduler_type": "cosine", "max_steps": 1200}


def written(corpus, tmp_path, style, consumer):
    source = fill_for(corpus, style, {"train": 2, "testA": 1})
    path = tmp_path / f"recipes/recipe.{'py' if consumer == 'trl' else 'yaml'}"
    out = tmp_path / "out 集"
    export(corpus.workspace, out, style=style, format=consumer, source=source, training_out=path)
    return out, path.read_text(encoding="utf-8")


def settings(text):
    """The keys of our YAML, whose values are JSON."""
    pairs = (line.split(": ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: json.loads(value) for name, value in pairs}


@pytest.mark.parametrize("style", ["unifer-cot", "mellm2", "actfer"])
def test_llamafactory_trains_as_mellm_on_the_training_split(corpus, tmp_path, style):
    out, text = written(corpus, tmp_path, style, "llamafactory")
    found = settings(text)
    assert {name: found[name] for name in MELLM} == MELLM
    # LLaMA-Factory looks the names up in dataset_info.json below dataset_dir.
    assert found["dataset"] == "meu_train"
    assert found["dataset_dir"] == str(out)
    assert found["dataset"] in json.loads((out / "dataset_info.json").read_text(encoding="utf-8"))
    assert found.get("freeze_vision_tower") is (None if style == "mellm2" else False)
    assert ("VL" in found["model_name_or_path"]) == (style != "mellm2")
    assert (found["stage"], found["cutoff_len"]) == ("sft", 8192 if style == "actfer" else 4096)


def test_ms_swift_trains_as_mellm_on_the_training_split(corpus, tmp_path):
    out, text = written(corpus, tmp_path, "meu", "ms-swift")
    found = settings(text)
    assert {name: found[name] for name in MELLM} == MELLM
    assert found["dataset"] == [str(out / "data/train-00000-of-00001.parquet")]


def test_llamafactory_and_ms_swift_compare_pairs_with_the_same_lora(corpus, tmp_path):
    _, text = written(corpus, tmp_path, "preference", "llamafactory")
    found = settings(text)
    assert (found["stage"], found["pref_beta"], found["pref_loss"]) == ("dpo", 0.1, "sigmoid")
    export(
        corpus.workspace,
        tmp_path / "swift",
        style="preference",
        format="ms-swift",
        training_out=tmp_path / "swift.yaml",
    )
    text = (tmp_path / "swift.yaml").read_text(encoding="utf-8")
    assert text.startswith("# DPO")
    assert "swift rlhf THIS_FILE" in text.splitlines()[0]
    swift = settings(text)
    assert (swift["rlhf_type"], swift["beta"]) == ("dpo", 0.1)
    for recipe in (found, swift):
        assert (recipe["lora_rank"], recipe["lora_alpha"], recipe["learning_rate"]) == (64, 64, 5e-6)
        assert "max_steps" not in recipe


TRAINERS = {"meu+mer": "SFT", "unifer-rlvr": "GRPO", "preference": "DPO", "actfer": "SFT"}


def test_the_program_for_tools_takes_our_trainer_and_a_model_that_knows_tools(corpus, tmp_path):
    _, text = written(corpus, tmp_path, "actfer-rl", "trl")
    tree = ast.parse(text)
    assert "Qwen2.5-VL's does not" in ast.get_docstring(tree)
    (call,) = (
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "UCGRPOTrainer"
    )
    keywords = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    assert (keywords["model"], keywords["reward_funcs"]) == ("'Qwen/Qwen3-VL-4B-Instruct'", "[rewards.multi_level]")


@pytest.mark.parametrize("consumer", ["trl", "llamafactory", "ms-swift"])
def test_a_recipe_for_conversations_says_which_model_goes_on_with_tools(corpus, tmp_path, consumer):
    _, text = written(corpus, tmp_path, "actfer", consumer)
    assert "take Qwen/Qwen3-VL-4B-Instruct here" in text


def test_the_old_name_of_the_option_says_the_new_one(tmp_path):
    done = CliRunner().invoke(
        app, ["export", str(tmp_path / "out"), "--recipe-out", "r.py", "--workspace", str(tmp_path)]
    )
    assert isinstance(done.exception, MeuError)
    assert "take --training-out r.py" in str(done.exception)


@pytest.mark.parametrize(("style", "trainer"), TRAINERS.items(), ids=TRAINERS)
def test_the_programs_for_trl_say_mellms_numbers_and_name_real_rewards(corpus, tmp_path, style, trainer):
    out, text = written(corpus, tmp_path, style, "trl")
    calls = {
        node.func.id: node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and hasattr(node.func, "id")
    }
    lora = {keyword.arg: ast.literal_eval(keyword.value) for keyword in calls["LoraConfig"].keywords}
    assert (lora["r"], lora["lora_alpha"]) == (64, 64)
    assert ast.literal_eval(calls["load_dataset"].args[0]) == str(out)
    (split,) = calls["load_dataset"].keywords
    assert ast.literal_eval(split.value) == "train"
    keywords = {keyword.arg: keyword.value for keyword in calls[f"{trainer}Trainer"].keywords}
    config = {keyword.arg: ast.literal_eval(keyword.value) for keyword in calls[f"{trainer}Config"].keywords}
    assert config["learning_rate"] == {"SFT": 1e-4, "GRPO": 1e-5, "DPO": 5e-6}[trainer]
    assert (config.get("max_steps"), config.get("num_train_epochs")) == (
        (None, 3) if trainer == "DPO" else (1200, None)
    )
    # Of a conversation TRL would learn the user's turns, too; elsewhere only the completion is learnt anyway.
    assert config.get("assistant_only_loss") == (True if style == "actfer" else None)
    assert ("reward_funcs" in keywords) == (trainer == "GRPO")
    if trainer == "GRPO":
        assert [reward.attr for reward in keywords["reward_funcs"].elts] == ["accuracy", "format", "au_f1", "grounded"]
        assert all(hasattr(rewards, reward.attr) for reward in keywords["reward_funcs"].elts)
    else:
        # Cutting a text may cut the tokens of a picture.
        assert config["max_length"] is None


REFUSED = {
    "no recipe for the consumer": ("unifer-cot", "hf", "recipe", "goes with: trl, llamafactory, ms-swift"),
    "reward without TRL": ("unifer-rlvr", "ms-swift", "recipe", "--for trl"),
    "a name that LLaMA-Factory does not know": ("unifer-cot", "llamafactory", "recipe.txt", "recipe.yaml"),
    "a name that ms-swift does not know": ("unifer-cot", "ms-swift", "recipe", "recipe.yaml"),
    "inside the export": ("unifer-cot", "trl", "out/recipe.py", "inside the export"),
    "a file that is there": ("unifer-cot", "trl", "mine.py", "is there already"),
}


@pytest.mark.parametrize(("style", "consumer", "name", "said"), REFUSED.values(), ids=REFUSED)
def test_a_recipe_that_cannot_be_is_refused_before_anything_is_written(corpus, tmp_path, style, consumer, name, said):
    corpus.fill({"train": 1})
    (tmp_path / "mine.py").write_text("mine")
    with pytest.raises(MeuError, match=said):
        export(
            corpus.workspace,
            tmp_path / "out",
            style=style,
            format=consumer,
            source="drafts",
            training_out=tmp_path / name,
        )
    assert not (tmp_path / "out").exists()
    assert (tmp_path / "mine.py").read_text() == "mine"
