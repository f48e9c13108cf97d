"""Writes the three models that recipes name, with about 115,000 random weights each: no hub needed.

Usage: python tiny_qwen.py FOLDER

Below the folder they stand under their names on the hub, such as `Qwen/Qwen2.5-VL-7B-Instruct`:
whoever runs there takes them for the real ones, and ms-swift knows a model by its folder's name. Their chat templates
are the real ones, which TRL has copies of.
"""

import sys
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    PreTrainedTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2_5_VLProcessor,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen2VLImageProcessor,
    Qwen2VLVideoProcessor,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    Qwen3VLProcessor,
    set_seed,
)
from trl.chat_template_utils import qwen2_5_chat_template, qwen2_5_vl_chat_template, qwen3_vl_chat_template

# The special tokens that Qwen's vision models and the trainers' templates name.
SPECIAL = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
)


def tokenizer() -> PreTrainedTokenizerFast:
    """Every byte is a token of its own."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    plain = Tokenizer(models.BPE(vocab={letter: number for number, letter in enumerate(letters)}, merges=[]))
    plain.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    plain.decoder = decoders.ByteLevel()
    plain.add_special_tokens(list(SPECIAL))
    return PreTrainedTokenizerFast(
        tokenizer_object=plain, eos_token="<|im_end|>", pad_token="<|endoftext|>", model_max_length=32768
    )


def processor(words: PreTrainedTokenizerFast) -> Qwen2_5_VLProcessor:
    """Pictures are shrunk to four patches, so that two steps take seconds."""
    pixels = Qwen2VLImageProcessor(size={"shortest_edge": 28 * 28, "longest_edge": 56 * 56})
    return Qwen2_5_VLProcessor(
        image_processor=pixels,
        tokenizer=words,
        video_processor=Qwen2VLVideoProcessor(),
        chat_template=words.chat_template,
    )


def eyed(words: PreTrainedTokenizerFast) -> Qwen2_5_VLForConditionalGeneration:
    """A model that sees: two layers each for language and vision."""
    number = words.convert_tokens_to_ids
    vision = {
        "depth": 2,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_heads": 4,
        "out_hidden_size": 32,
        "patch_size": 14,
        "spatial_merge_size": 2,
        "window_size": 56,
        "fullatt_block_indexes": [1],
    }
    rope = {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [1, 1, 2]}
    settings = Qwen2_5_VLConfig(
        text_config=_language(words) | {"rope_parameters": rope, "rope_scaling": rope},
        vision_config=vision,
        image_token_id=number("<|image_pad|>"),
        video_token_id=number("<|video_pad|>"),
        vision_start_token_id=number("<|vision_start|>"),
        vision_end_token_id=number("<|vision_end|>"),
    )
    return Qwen2_5_VLForConditionalGeneration(settings)


def tooled(words: PreTrainedTokenizerFast) -> Qwen3VLForConditionalGeneration:
    """A model that sees and whose chat template knows tools."""
    number = words.convert_tokens_to_ids
    vision = {
        "depth": 2,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_heads": 4,
        "out_hidden_size": 32,
        "num_position_embeddings": 64,
        "deepstack_visual_indexes": [0],
    }
    rope = {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [2, 1, 1], "mrope_interleaved": True}
    settings = Qwen3VLConfig(
        text_config=_language(words) | {"head_dim": 8, "rope_parameters": rope},
        vision_config=vision,
        image_token_id=number("<|image_pad|>"),
        video_token_id=number("<|video_pad|>"),
        vision_start_token_id=number("<|vision_start|>"),
        vision_end_token_id=number("<|vision_end|>"),
    )
    return Qwen3VLForConditionalGeneration(settings)


def tool_processor(words: PreTrainedTokenizerFast) -> Qwen3VLProcessor:
    """Its patches are of 16 px."""
    pixels = Qwen2VLImageProcessor(size={"shortest_edge": 32 * 32, "longest_edge": 64 * 64}, patch_size=16)
    return Qwen3VLProcessor(
        image_processor=pixels,
        tokenizer=words,
        video_processor=Qwen2VLVideoProcessor(patch_size=16),
        chat_template=words.chat_template,
    )


def blind(words: PreTrainedTokenizerFast) -> Qwen2ForCausalLM:
    """A language model."""
    return Qwen2ForCausalLM(Qwen2Config(**_language(words)))


def _language(words: PreTrainedTokenizerFast) -> dict[str, object]:
    return {
        "vocab_size": len(words),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 32768,
        "bos_token_id": None,
        "eos_token_id": words.eos_token_id,
        "pad_token_id": words.pad_token_id,
    }


def main(folder: Path) -> None:
    """Writes them all."""
    set_seed(0)
    words = tokenizer()
    words.chat_template = qwen2_5_chat_template
    words.save_pretrained(folder / "Qwen2.5-7B-Instruct")
    blind(words).save_pretrained(folder / "Qwen2.5-7B-Instruct")
    words.chat_template = qwen2_5_vl_chat_template
    words.image_token, words.video_token = "<|image_pad|>", "<|video_pad|>"
    words.image_token_id, words.video_token_id = words.convert_tokens_to_ids([words.image_token, words.video_token])
    processor(words).save_pretrained(folder / "Qwen2.5-VL-7B-Instruct")
    eyed(words).save_pretrained(folder / "Qwen2.5-VL-7B-Instruct")
    words.chat_template = qwen3_vl_chat_template
    tool_processor(words).save_pretrained(folder / "Qwen3-VL-4B-Instruct")
    tooled(words).save_pretrained(folder / "Qwen3-VL-4B-Instruct")


if __name__ == "__main__":
    main(Path(sys.argv[1], "Qwen"))
