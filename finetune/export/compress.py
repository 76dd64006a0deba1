"""Quantizing with llm-compressor, as a script of its own: that library wants other versions than the rest of this program.

    PYTHON compress.py MODEL OUT gptq|awq ROWS

``PYTHON`` belongs to an environment with llm-compressor. ``ROWS`` is a file of token ids to calibrate with, a JSON list a line. Nothing
of this program is imported here.
"""

import json
import sys
from pathlib import Path


def main(model: str, out: str, method: str, rows: str) -> None:
    """Quantize the linear layers to four bits, the head apart, and save the result.

    Args:
        model: folder of a model.
        out: folder to save to.
        method: ``gptq`` or ``awq``.
        rows: file of token ids.
    """
    import torch

    if method == "awq" and not torch.accelerator.is_available():
        raise SystemExit("awq needs a GPU in llm-compressor 0.14; here is none: use gptq, which does without")
    from datasets import Dataset
    from llmcompressor import oneshot
    from llmcompressor.modifiers.awq import AWQModifier
    from llmcompressor.modifiers.gptq import GPTQModifier
    from transformers import AutoModelForCausalLM

    ids = [json.loads(line) for line in Path(rows).read_text(encoding="utf-8").splitlines()]
    loaded = AutoModelForCausalLM.from_pretrained(model, dtype="auto")
    if method == "gptq":
        recipe = GPTQModifier(targets="Linear", scheme="W4A16", ignore=["lm_head"])
    else:
        recipe = AWQModifier(targets=["Linear"], scheme="W4A16_ASYM", ignore=["lm_head"])
    oneshot(
        model=loaded,
        dataset=Dataset.from_list([{"input_ids": one, "attention_mask": [1] * len(one)} for one in ids]),
        recipe=[recipe],
        max_seq_length=max(map(len, ids)),
        num_calibration_samples=len(ids),
    )
    loaded.save_pretrained(out, save_compressed=True)


if __name__ == "__main__":
    main(*sys.argv[1:5])
